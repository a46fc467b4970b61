namespace HyperTune.Storage;

/// <summary>When a running trial is taken back from a worker that no longer renews its lease.</summary>
/// <param name="Grace">How old the last renewal may be.</param>
/// <param name="MaxRetries">How often a trial is enqueued again; 0 for never.</param>
public sealed record LeaseRules(TimeSpan Grace, int MaxRetries);
