using HyperTune.Spaces;
using HyperTune.Trials;

namespace HyperTune.Samplers.Tpe;

/// <summary>Which trials a model learns from, and by what it compares them.</summary>
/// <param name="Branch">Where trials have to lie; null for anywhere.</param>
/// <param name="Bracket">The bracket to which they have to belong; null for any.</param>
/// <param name="Rung">The step to which they have to have come, and at which they are compared; <see cref="End"/> for complete ones alone; null for any trials, which are compared by how they ended.</param>
internal readonly record struct TpeScope(SpaceBranch? Branch = null, int? Bracket = null, long? Rung = null)
{
    /// <summary>The rung above all steps.</summary>
    public const long End = long.MaxValue;

    /// <summary>How far a trial came: its last step, <see cref="End"/> for a complete one, -1 without reports.</summary>
    public static long ReachOf(TrialRecord trial) => trial.State == TrialState.Complete ? End : ReportCurve.Of(trial).Values.LastStep;

    /// <summary>The bracket to which a pruner assigned a trial; null for none.</summary>
    public static int? BracketOf(TrialRecord trial) =>
        trial.SystemAttributes.TryGetValue(SystemKeys.Bracket, out AttributeValue? noted) && noted.TryGetInt64(out long bracket) && bracket is >= 0 and <= int.MaxValue ? (int)bracket : null;

    /// <summary>Whether a trial with these parameters belongs to the branch and the bracket.</summary>
    public bool Holds(TrialRecord trial, ParameterSet parameters) => HoldsBracket(trial) && Branch?.Holds(parameters) != false;

    /// <summary>Whether a trial belongs to the bracket.</summary>
    public bool HoldsBracket(TrialRecord trial) => Bracket is null || BracketOf(trial) == Bracket;

    /// <summary>What a trial had at the rung: the first report there or beyond, or the final value of a complete one that reported nothing so far.</summary>
    /// <remarks>Halving pruners take the first report beyond a rung, too, where a trial reports some steps only.</remarks>
    /// <returns>Whether it came to the rung.</returns>
    public bool TryGetValueAtRung(TrialRecord trial, out double value)
    {
        if (Rung is { } rung and < End)
        {
            IntermediateValues reports = ReportCurve.Of(trial).Values;
            int index = reports.Steps.BinarySearch(rung);
            if (index < 0) index = ~index;
            if (index < reports.Count)
            {
                value = reports.Values[index];
                return true;
            }
        }
        bool isComplete = trial.State == TrialState.Complete;
        value = isComplete ? trial.Values[0] : double.NaN;
        return isComplete;
    }
}
