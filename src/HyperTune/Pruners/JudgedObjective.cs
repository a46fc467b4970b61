using System.Globalization;
using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Pruners;

/// <summary>The objective whose reports a pruner judges.</summary>
/// <param name="Index">From 0.</param>
internal readonly record struct JudgedObjective(int Index)
{
    /// <summary>The objective that options choose, which may be none if all are compared.</summary>
    /// <exception cref="ArgumentException">One is chosen, although all are compared.</exception>
    public static JudgedObjective Of(int index, bool useDominance, string parameter) => useDominance && index > 0
        ? throw new ArgumentException($"Objective is {Guard.Show(index)}, but with UseDominance all objectives are compared. Leave one of the two out.", parameter)
        : new JudgedObjective(index);

    /// <summary>The objective's direction.</summary>
    /// <exception cref="InvalidOperationException">The study has no such objective.</exception>
    public Direction DirectionIn(StudyHistory history) => Index < history.Directions.Count
        ? history.Directions[Index]
        : throw new InvalidOperationException(string.Create(
            CultureInfo.InvariantCulture,
            $"The pruner judges objective {Index}, but the study '{history.Study.Name}' has {history.Directions.Count}, counted from 0. Give a lower Objective."));

    /// <summary>The value reported for the objective at the last step. False without reports, and where the last one is not about the objective.</summary>
    public bool TryGetLast(in ReportCurve curve, out double value)
    {
        value = double.NaN;
        return curve.Values.Count > 0 && ReportedValues.TryGet(curve.Values, curve.Attributes, Index, curve.Values.Count - 1, out value);
    }
}
