namespace HyperTune;

/// <summary>Options of <see cref="LearningCurvePruner"/>.</summary>
public sealed record LearningCurvePrunerOptions
{
    /// <summary>Nothing is pruned before so many trials are complete. 1 or more; 20 by default.</summary>
    public int StartupTrials { get; init => field = Guard.AtLeast(value, 1); } = 20;

    /// <summary>The number of complete trials, those with the most similar curves, by which a trial is judged. 1 or more; 8 by default. The more, the milder.</summary>
    public int Neighbours { get; init => field = Guard.AtLeast(value, 1); } = 8;

    /// <summary>
    /// The share of a complete trial's reports that trials after the startup ones are to spend on the average. Above 0, up to 1; 0.22 by default. Where less is spent the
    /// rule becomes milder, where more is spent stricter. Null: neither.
    /// </summary>
    public double? ReportShare { get; init => field = value is { } share ? Guard.InRange(Guard.Above(share, 0, nameof(ReportShare)), 0, 1, nameof(ReportShare)) : null; } = 0.22;

    /// <summary>Nothing is pruned before this step. 0 or more; 0 by default.</summary>
    public long WarmupSteps { get; init => field = Guard.AtLeast(value, 0); }

    /// <summary>The number of steps between two checks, counted from the end of the warm-up. 1 or more; 1 by default.</summary>
    public long IntervalSteps { get; init => field = Guard.AtLeast(value, 1); } = 1;

    /// <summary>The objective whose reports and values are compared, for studies with several. From 0; 0 by default.</summary>
    public int Objective { get; init => field = Guard.AtLeast(value, 0); }
}
