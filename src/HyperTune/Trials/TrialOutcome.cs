namespace HyperTune.Trials;

/// <summary>How a trial ends, shown to the sampler before it is stored.</summary>
/// <param name="State">Complete, pruned or failed.</param>
/// <param name="Values">One value for each objective of a complete trial, the last report of a pruned one with one objective, else empty.</param>
public readonly record struct TrialOutcome(TrialState State, IReadOnlyList<double> Values);
