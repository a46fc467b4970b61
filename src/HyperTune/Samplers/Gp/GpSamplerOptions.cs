namespace HyperTune;

/// <summary>Options of <see cref="GpSampler"/>.</summary>
public sealed record GpSamplerOptions
{
    /// <summary>The seed; null (the default) lets each study draw one.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Complete trials drawn from a scrambled Sobol sequence before the model takes over. 2 or more; null (the default): twice the number of parameters, but at least 8 and at most 20.</summary>
    public int? StartupTrials { get; init => field = value is { } trials ? Guard.AtLeast(trials, 2) : null; }

    /// <summary>Whether equal parameters always have equal values, so that no noise is fitted. False by default.</summary>
    public bool IsDeterministic { get; init; }

    /// <summary>Whether skewed values are made more normal before they are modelled. True by default.</summary>
    public bool WarpsValues { get; init; } = true;

    /// <summary>Whether the search keeps near the best trial, most of the time, in more than 10 dimensions or after several trials without an improvement. True by default.</summary>
    public bool HasTrustRegion { get; init; } = true;

    /// <summary>Whether length scales are expected to grow with the number of parameters. Null (the default): with more than 15.</summary>
    public bool? HasDimensionScaledPrior { get; init; }

    /// <summary>Whether places where trials failed are modelled as infeasible and avoided. False by default: a failed trial says nothing of its place but that it was tried.</summary>
    public bool AvoidsFailures { get; init; }

    /// <summary>The most trials that a model is fitted to. 20 or more; 300 by default. The cost of a proposal grows with its third power.</summary>
    public int TrainingTrials { get; init => field = Guard.AtLeast(value, 20); } = 300;
}
