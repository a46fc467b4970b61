namespace HyperTune.Trials;

/// <summary>What is left of a budget, as far as it is known.</summary>
/// <param name="Trials">Trials that may still start, the present one not counted; null if unlimited or unknown.</param>
/// <param name="Time">Time until no more trials start; null if unlimited or unknown.</param>
public readonly record struct RemainingBudget(int? Trials, TimeSpan? Time);
