namespace HyperTune.Storage;

/// <summary>What became of the changes of one trial.</summary>
public enum WriteOutcome
{
    /// <summary>All of them are durable.</summary>
    Stored,

    /// <summary>The trial is finished; nothing was written.</summary>
    AlreadyFinished,

    /// <summary>The study has no such trial; nothing was written.</summary>
    Unknown,

    /// <summary>A parameter clashes with the distribution that its name has in the study; nothing was written.</summary>
    Incompatible,
}
