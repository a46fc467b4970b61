using HyperTune.Pruners;

namespace HyperTune;

/// <summary>Options of <see cref="PatientPruner"/>.</summary>
public sealed record PatientPrunerOptions
{
    /// <summary>The reports, after the first that brings no improvement, for which a trial is waited for. 0 or more.</summary>
    public required int Patience { get; init => field = Guard.AtLeast(value, 0); }

    /// <summary>By how much the best report may have become worse for the trial to still count as improving. 0 or more, finite; 0 by default.</summary>
    public double MinDelta { get; init => field = Guard.InRange(value, 0, double.MaxValue); }

    /// <summary>The pruner that decides once patience is over; null, the default, prunes then in any case.</summary>
    public IPruner? Pruner { get; init; }

    /// <summary>The objective whose reports are to improve, for studies with several. From 0; 0 by default.</summary>
    public int Objective { get; init => field = Guard.AtLeast(value, 0); }
}
