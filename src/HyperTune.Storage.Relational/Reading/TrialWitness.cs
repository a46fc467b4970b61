namespace HyperTune.Storage.Relational;

/// <summary>The unchanging row of a finished trial.</summary>
internal readonly record struct TrialWitness(long Id, int Number, TrialState State, DateTimeOffset? StartedAt, DateTimeOffset? CompletedAt);
