namespace HyperTune.Samplers.Auto;

/// <summary>Which sampler proposes a trial, and why.</summary>
/// <param name="Arm">The sampler.</param>
/// <param name="Reason">A sentence for users, without its full stop.</param>
internal sealed record AutoChoice(AutoArm Arm, string Reason);
