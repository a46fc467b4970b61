using HyperTune.Numerics;

namespace HyperTune.Trials;

/// <summary>A running trial as its sampler and pruner see it.</summary>
public sealed class TrialContext
{
    private readonly TrialBuffer _buffer;
    private readonly ulong _seed;
    private EndNotes? _endNotes;

    internal TrialContext(TrialBuffer buffer, ulong seed, ParameterSet fixedParameters)
    {
        _buffer = buffer;
        _seed = seed;
        FixedParameters = fixedParameters;
        Notes = new TrialNotes(buffer);
    }

    /// <summary>The trial's number within its study.</summary>
    public int Number => _buffer.Number;

    /// <summary>Attributes to be stored with the trial or its study.</summary>
    public TrialNotes Notes { get; private set; }

    /// <summary>The parameters that are already fixed or drawn in this trial, in the order in which they were suggested.</summary>
    public ParameterSet Parameters => _buffer.Parameters;

    /// <summary>Parameters that the trial must take, known before they are asked for, as far as their distributions are known.</summary>
    public ParameterSet FixedParameters { get; internal set; }

    /// <summary>The trial's own reports, unwritten ones included.</summary>
    public IntermediateValues IntermediateValues => _buffer.IntermediateValues;

    /// <summary>The trial's own reports of the first objective as pruners compare them: a report by fold is the mean over its and all earlier folds at the same step.</summary>
    /// <remarks>See <see cref="History.StudyHistory.RunningMeans"/>. A report of a fold is missing until all earlier folds have come to the step.</remarks>
    public IntermediateValues RunningMeans => ReportCurve.Of(this).Values;

    /// <summary>The trial's system attributes, unwritten ones included.</summary>
    public AttributeSet SystemAttributes => _endNotes is null ? _buffer.SystemAttributes : _buffer.SystemAttributes.With(_endNotes.SystemAttributes);

    /// <summary>What is left of the budget after this trial.</summary>
    public RemainingBudget Remaining { get; internal init; }

    /// <summary>Trials running now over all workers, this one included, as far as this process knows.</summary>
    public int Workers { get; internal init; } = 1;

    /// <summary>The bracket to which a pruner assigned the trial; null for none. It is stored with the trial's start.</summary>
    public int? Bracket
    {
        get;
        set
        {
            field = value;
            if (value is { } bracket) Notes.Set(SystemKeys.Bracket, bracket);
        }
    }

    /// <summary>Counts the draws that the repeat policy refused; it enters the random streams, so that each attempt differs.</summary>
    internal int Attempt { get; set; }

    /// <summary>Says who proposes the trial and why. It is stored with the trial, logged, and shown by <see cref="Study.Explain(TrialRecord)"/>.</summary>
    /// <remarks>For samplers that choose among others.</remarks>
    /// <param name="proposer">The name of the one that was chosen.</param>
    /// <param name="reason">Why it was chosen, in a sentence.</param>
    public void Explain(string proposer, string reason) => Notes.Set(SystemKeys.Proposal, new ProposalNote(proposer, reason).ToAttribute());

    /// <summary>The same trial as a sampler sees it at an end: what it notes belongs to that end.</summary>
    internal TrialContext AtEnd(EndNotes notes)
    {
        var context = (TrialContext)MemberwiseClone();
        context._endNotes = notes;
        context.Notes = new TrialNotes(notes);
        return context;
    }

    /// <summary>The stream of random numbers for one purpose: a function of the sampler's seed, the trial's number and the purpose alone.</summary>
    /// <param name="purpose">What the numbers are for, such as <c>joint</c>.</param>
    /// <param name="detail">Tells apart streams of one purpose, such as a parameter's name.</param>
    public RandomStream Random(string purpose, string? detail = null) => RandomStream.Create(SeedOfAttempt, Number, purpose, detail);

    /// <summary>The first number of a stream, for purposes that need no more.</summary>
    internal double RandomDouble(string purpose, string detail) => RandomStream.FirstDouble(SeedOfAttempt, Number, purpose, detail);

    private ulong SeedOfAttempt => _seed + ((ulong)Attempt * 0x9E3779B97F4A7C15);
}
