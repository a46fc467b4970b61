namespace HyperTune;

/// <summary>Options of <see cref="MedianPruner"/>.</summary>
public sealed record MedianPrunerOptions
{
    /// <summary>Nothing is pruned before so many trials are complete. 0 or more; 5 by default.</summary>
    public int StartupTrials { get; init => field = Guard.AtLeast(value, 0); } = 5;

    /// <summary>Nothing is pruned before this step. 0 or more; 0 by default.</summary>
    public long WarmupSteps { get; init => field = Guard.AtLeast(value, 0); }

    /// <summary>The number of steps between two checks, counted from the end of the warm-up. 1 or more; 1 by default.</summary>
    public long IntervalSteps { get; init => field = Guard.AtLeast(value, 1); } = 1;

    /// <summary>Nothing is pruned at a step that fewer complete trials have reported. 1 or more; 1 by default.</summary>
    public int MinTrials { get; init => field = Guard.AtLeast(value, 1); } = 1;

    /// <summary>The objective whose reports are compared, for studies with several. From 0; 0 by default.</summary>
    public int Objective { get; init => field = Guard.AtLeast(value, 0); }

    /// <summary>
    /// Whether trials of a study with several objectives are compared by the front to which all that they report at a step belongs, rather than by one objective. False
    /// by default. Not together with <see cref="Objective"/>.
    /// </summary>
    public bool UseDominance { get; init; }
}
