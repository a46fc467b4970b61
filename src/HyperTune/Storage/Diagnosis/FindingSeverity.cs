namespace HyperTune.Storage.Diagnosis;

/// <summary>How much a finding matters, in ascending order.</summary>
public enum FindingSeverity
{
    /// <summary>Worth knowing; nothing is wrong.</summary>
    Note,

    /// <summary>Something hinders work, or will.</summary>
    Warning,

    /// <summary>Something is broken, so that a part of a study cannot be used.</summary>
    Error,
}
