namespace HyperTune.Storage;

/// <summary>A lapsed trial that was failed.</summary>
/// <param name="Id">The trial.</param>
/// <param name="Number">Its number.</param>
/// <param name="RetryNumber">The number of the waiting trial that tries the same parameters again; null for none.</param>
public sealed record TakenBackTrial(TrialId Id, int Number, int? RetryNumber);
