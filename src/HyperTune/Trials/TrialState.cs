namespace HyperTune;

/// <summary>Where a trial is in its life. Complete, pruned and failed trials are finished and never change.</summary>
public enum TrialState : byte
{
    /// <summary>An objective is working on it.</summary>
    Running,

    /// <summary>It ended with one value for each objective.</summary>
    Complete,

    /// <summary>It was stopped early for lack of promise.</summary>
    Pruned,

    /// <summary>It ended without a usable value.</summary>
    Failed,

    /// <summary>It is queued and will be claimed by the next worker that starts a trial.</summary>
    Waiting,
}
