namespace HyperTune;

/// <summary>What became of the end that was told for a trial.</summary>
public enum TellOutcome
{
    /// <summary>It is stored. Telling the same again gives this, too.</summary>
    Stored,

    /// <summary>The trial was finished before, by another worker or with another result; nothing was changed.</summary>
    AlreadyFinished,

    /// <summary>The study has no such trial.</summary>
    Unknown,
}
