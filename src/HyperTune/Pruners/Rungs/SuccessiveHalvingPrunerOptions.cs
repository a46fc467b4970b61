namespace HyperTune;

/// <summary>Options of <see cref="SuccessiveHalvingPruner"/>.</summary>
public sealed record SuccessiveHalvingPrunerOptions
{
    /// <summary>
    /// The step of the lowest rung. 1 or more; null, the default, takes a hundredth of the highest step that a complete trial has reported when
    /// the first ones are complete, at least 1. It stays so for the study; until it is known nothing is pruned.
    /// </summary>
    public long? MinResource { get; init => field = value is { } given ? Guard.AtLeast(given, 1, nameof(MinResource)) : null; }

    /// <summary>η: one trial in so many goes on from a rung, and the next rung lies at so many times the step. 2 or more; 4 by default.</summary>
    public int ReductionFactor { get; init => field = Guard.AtLeast(value, 2); } = 4;

    /// <summary>How many of the lowest rungs are left out, so that trials run longer before they are judged. 0 or more; 0 by default.</summary>
    public int EarlyStoppingRate { get; init => field = Guard.AtLeast(value, 0); }

    /// <summary>So many of the first trials at each rung are pruned there, so that later ones have others to be compared with. 0 or more; 0 by default. Needs <see cref="MinResource"/>.</summary>
    public int BootstrapTrials { get; init => field = Guard.AtLeast(value, 0); }

    /// <summary>The objective whose reports are compared, for studies with several. From 0; 0 by default.</summary>
    public int Objective { get; init => field = Guard.AtLeast(value, 0); }

    /// <summary>
    /// Whether trials of a study with several objectives are compared by the front to which all that they report at a rung belongs, rather than by one objective; those
    /// of one front are equal. False by default. Not together with <see cref="Objective"/>.
    /// </summary>
    public bool UseDominance { get; init; }
}
