namespace HyperTune;

/// <summary>Options of <see cref="ThresholdPruner"/>.</summary>
public sealed record ThresholdPrunerOptions
{
    /// <summary>A trial that reports less is pruned. Any number but NaN; -∞, which prunes nothing, by default.</summary>
    public double Lower { get; init => field = Guard.InRange(value, double.NegativeInfinity, double.PositiveInfinity); } = double.NegativeInfinity;

    /// <summary>A trial that reports more is pruned. Any number but NaN; +∞, which prunes nothing, by default.</summary>
    public double Upper { get; init => field = Guard.InRange(value, double.NegativeInfinity, double.PositiveInfinity); } = double.PositiveInfinity;

    /// <summary>Nothing is pruned before this step. 0 or more; 0 by default.</summary>
    public long WarmupSteps { get; init => field = Guard.AtLeast(value, 0); }

    /// <summary>The number of steps between two checks, counted from the end of the warm-up. 1 or more; 1 by default.</summary>
    public long IntervalSteps { get; init => field = Guard.AtLeast(value, 1); } = 1;

    /// <summary>The objective whose reports are judged, for studies with several. From 0; 0 by default.</summary>
    public int Objective { get; init => field = Guard.AtLeast(value, 0); }
}
