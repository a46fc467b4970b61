using System.Collections.Concurrent;

namespace HyperTune.Storage.Relational;

/// <summary>What a storage remembers of a study between requests. Safe for concurrent use.</summary>
/// <remarks>Known by name as well as by id, because SQLite gives the id of a deleted study to another one.</remarks>
internal sealed class StudyState(string name, int objectives)
{
    private readonly ConcurrentBag<ReadingTables> _tables = [];
    private RelationalCursor? _lastRead;

    public string Name { get; } = name;

    public int Objectives { get; } = objectives;

    /// <summary>The first distribution seen of each parameter. Later ones must be compatible with it, so that any of them says the same.</summary>
    public ConcurrentDictionary<string, Distribution> Distributions { get; } = new(StringComparer.Ordinal);

    /// <summary>All trials as far as deciding about repetitions of given parameters has needed them. Guarded by the writer's lock.</summary>
    public Dictionary<int, TrialRecord>? Given { get; set; }

    public RelationalCursor? GivenCursor { get; set; }

    /// <summary>Up to where the study was last read, so that the parameters of all trials that were finished by then are known.</summary>
    public RelationalCursor? LastRead
    {
        get => Volatile.Read(ref _lastRead);
        set => Volatile.Write(ref _lastRead, value);
    }

    public ReadingTables RentTables() => _tables.TryTake(out ReadingTables? tables) ? tables : new ReadingTables();

    public void Return(ReadingTables tables) => _tables.Add(tables);
}
