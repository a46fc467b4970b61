namespace HyperTune.Trials;

/// <summary>Where a trial came from.</summary>
public enum TrialOrigin
{
    /// <summary>Asked of a sampler in this study.</summary>
    Own,

    /// <summary>Enqueued with some or all parameters given.</summary>
    Enqueued,

    /// <summary>Imported as a finished trial.</summary>
    Imported,
}
