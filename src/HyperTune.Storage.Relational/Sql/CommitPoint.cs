namespace HyperTune.Storage.Relational;

/// <summary>Where a transaction or a snapshot stands among the commits of a database, as far as it can be compared with others of one storage.</summary>
/// <param name="Others">A number that changes with each commit that is not counted by <paramref name="Own"/>, whoever made it.</param>
/// <param name="Own">A number that grows with each commit of the storage itself whose changes are known trial by trial.</param>
public readonly record struct CommitPoint(long Others, long Own);
