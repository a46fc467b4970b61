namespace HyperTune;

/// <summary>Options of <see cref="HyperbandPruner"/>.</summary>
public sealed record HyperbandPrunerOptions
{
    /// <summary>The step of the lowest rung of the bracket that prunes earliest. 1 or more; 1 by default.</summary>
    public long MinResource { get; init => field = Guard.AtLeast(value, 1); } = 1;

    /// <summary>
    /// The number of steps of a trial that is not pruned; from it follows the number of brackets. Not below <see cref="MinResource"/>; null, the
    /// default, takes the highest step that a complete trial has reported when the first ones are complete, plus 1. It stays so for the study; until it
    /// is known nothing is pruned.
    /// </summary>
    public long? MaxResource { get; init => field = value is { } given ? Guard.AtLeast(given, 1, nameof(MaxResource)) : null; }

    /// <summary>η: one trial in so many goes on from a rung, and the next rung lies at so many times the step. 2 or more; 3 by default.</summary>
    public int ReductionFactor { get; init => field = Guard.AtLeast(value, 2); } = 3;

    /// <summary>So many of the first trials at each rung are pruned there, so that later ones have others to be compared with. 0 or more; 0 by default. Needs <see cref="MaxResource"/>.</summary>
    public int BootstrapTrials { get; init => field = Guard.AtLeast(value, 0); }

    /// <summary>The objective whose reports are compared, for studies with several. From 0; 0 by default.</summary>
    public int Objective { get; init => field = Guard.AtLeast(value, 0); }

    /// <summary>
    /// Whether trials of a study with several objectives are compared by the front to which all that they report at a rung belongs, rather than by one objective; those
    /// of one front are equal. False by default. Not together with <see cref="Objective"/>.
    /// </summary>
    public bool UseDominance { get; init; }

    /// <summary>How trials are assigned to brackets. By <see cref="BracketAssignment.Hash"/>, as Python workers do, by default.</summary>
    public BracketAssignment Assignment { get; init => field = Guard.Defined(value); }

    /// <summary>
    /// Whether brackets are counted by floating-point logarithms, as Optuna does, which loses one where max/min is certain powers of η (243 or 1000). False by
    /// default. Set it if Python workers prune on the same study.
    /// </summary>
    public bool UseFloatingLogarithm { get; init; }
}
