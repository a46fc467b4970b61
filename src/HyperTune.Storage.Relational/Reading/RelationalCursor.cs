using HyperTune.History;

namespace HyperTune.Storage.Relational;

/// <summary>How much of a study a reader has seen.</summary>
/// <remarks>
/// Ids become visible in ascending order, since whoever inserts a trial holds the study's lock; and finished trials do not change. So what is
/// new are the ids above the highest one seen, and what may have changed are the trials that were unfinished.
/// </remarks>
internal sealed record RelationalCursor : StudyCursor
{
    /// <summary>The point up to which all was seen, if that is known, and what it can be compared with.</summary>
    public required CommitPoint? Point { get; init; }

    public required object PointScope { get; init; }

    /// <summary>How many reads to come do not ask for the point, since others are at work too.</summary>
    public required int ReadsBeforeAsking { get; init; }

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
