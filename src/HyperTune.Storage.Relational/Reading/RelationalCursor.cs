using HyperTune.History;

namespace HyperTune.Storage.Relational;

/// <summary>How much of a study a reader has seen.</summary>
/// <remarks>
/// Ids become visible in ascending order, since whoever inserts a trial holds the study's lock; and finished trials do not change. So what is
/// new are the ids above the highest one seen, and what may have changed are the trials that were unfinished.
/// </remarks>
internal sealed record RelationalCursor : StudyCursor
{
    /// <summary>The session and its version of the database at which nothing had to be read.</summary>
    public required object? Session { get; init; }

    public required long? Version { get; init; }

    /// <summary>The session's own commits at that moment.</summary>
    public required long Commits { get; init; }

    public required string StudyName { get; init; }

    public required StudyRecord Study { get; init; }

    /// <summary>The last change of a study attribute that was seen; null where the database does not note them.</summary>
    public required long? LastAttributeChange { get; init; }

    public required StudyAttributes UserAttributes { get; init; }

    public required StudyAttributes SystemAttributes { get; init; }

    public required long LastTrialId { get; init; }

    /// <summary>Trials that were running when last seen, with a fingerprint of all their cells; and waiting ones while they are few.</summary>
    public required IReadOnlyDictionary<long, ulong> Watched { get; init; }

    /// <summary>Waiting trials beyond the few: looked at for their state only.</summary>
    public required IReadOnlySet<long> Waiting { get; init; }

    /// <summary>A finished trial, and what its row was: it tells a study that was made anew under the same id.</summary>
    public required TrialWitness? Witness { get; init; }
}
