namespace HyperTune;

/// <summary>Options of <see cref="PashaPruner"/>.</summary>
public sealed record PashaPrunerOptions
{
    /// <summary>
    /// The step of the lowest rung. 1 or more; null, the default, takes a hundredth of the highest step that a complete trial has reported when
    /// the first ones are complete, at least 1. It stays so for the study; until it is known nothing is pruned.
    /// </summary>
    public long? MinResource { get; init => field = value is { } given ? Guard.AtLeast(given, 1, nameof(MinResource)) : null; }

    /// <summary>η: one trial in so many goes on from a rung below the cap, and the next rung lies at so many times the step. 2 or more; 3 by default.</summary>
    public int ReductionFactor { get; init => field = Guard.AtLeast(value, 2); } = 3;

    /// <summary>
    /// ε: trials whose reports differ by no more rank as equal, in units of the objective. 0 or more, finite; null, the default, estimates it from pairs of learning curves
    /// that change places and change back.
    /// </summary>
    public double? RankTolerance { get; init => field = value is { } given ? Guard.Finite(Guard.AtLeast(given, 0, nameof(RankTolerance)), nameof(RankTolerance)) : null; }

    /// <summary>The objective whose reports are compared, for studies with several. From 0; 0 by default.</summary>
    public int Objective { get; init => field = Guard.AtLeast(value, 0); }
}
