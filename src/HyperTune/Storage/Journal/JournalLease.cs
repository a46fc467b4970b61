namespace HyperTune.Storage.Journal;

/// <summary>A lease of a running trial.</summary>
/// <param name="Trial">The trial's id.</param>
/// <param name="Stamp">Tells the trial from one with the same id in an earlier journal of the same name. It comes back with the lease.</param>
public readonly record struct JournalLease(long Trial, long Stamp);
