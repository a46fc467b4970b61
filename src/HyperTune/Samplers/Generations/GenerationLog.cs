using System.Runtime.InteropServices;
using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Samplers.Generations;

/// <summary>The generations of one scheme in one study as this process knows them: a view of the history.</summary>
/// <remarks>
/// What it answers is a function of the snapshot asked about: of its records, and of the set of its finished trials. The view may be ahead of a
/// snapshot, so it notes for each row the generation that took it rather than forget it, and keeps the last few states. Safe for concurrent use.
/// </remarks>
internal sealed class GenerationLog<TState>
    where TState : class
{
    private const int KeptStates = 4;
    private const int Unusable = -2;
    private const int Foreign = -1;
    private const int NoGeneration = int.MaxValue;

    private readonly GenerationScheme<TState> _scheme;
    private readonly Lock _gate = new();

    // By row: the generation in which the trial was asked, and the one that took it.
    private readonly List<int> _asked = [];
    private readonly List<int> _taken = [];

    // Usable rows by number until a generation takes them, and what those that were asked ahead of a record took for granted.
    private readonly Dictionary<int, int> _free = [];
    private readonly Dictionary<int, long> _askedFrom = [];

    // The last few, ascending without gaps.
    private readonly List<Step> _steps = [];
    private Pending? _pending;

    private GenerationLog(GenerationScheme<TState> scheme)
    {
        _scheme = scheme;
        _steps.Add(new Step(0, scheme.Start(), 0, null));
    }

    /// <summary>The generation that a trial belongs to which is asked for now.</summary>
    public static OpenGeneration<TState> Of(StudyHistory history, GenerationScheme<TState> scheme) => Of(history, scheme, asked: null);

    /// <summary>The generation that a trial was asked in, though it may have closed since; as of now if that is no longer kept, or the trial is none of the scheme's.</summary>
    public static OpenGeneration<TState> Of(StudyHistory history, GenerationScheme<TState> scheme, TrialContext trial) =>
        Of(history, scheme, scheme.NotedIn(trial.SystemAttributes));

    private static OpenGeneration<TState> Of(StudyHistory history, GenerationScheme<TState> scheme, int? asked)
    {
        GenerationLog<TState> log = history.View<GenerationLog<TState>>(scheme, (newer, former) => (former ?? new(scheme)).Extend(newer));
        lock (log._gate)
        {
            OpenGeneration<TState> now = log.At(history) ?? new GenerationLog<TState>(scheme).Extend(history).At(history)!;
            return asked is { } generation && log._steps.Find(step => step.Generation == generation) is { } known ? new(log._scheme, generation, known.State, Closing: null) : now;
        }
    }

    private GenerationLog<TState> Extend(StudyHistory history)
    {
        lock (_gate)
        {
            for (int row = _asked.Count; row < history.Count; row++)
            {
                _taken.Add(NoGeneration);
                if (!_scheme.IsUsable(history, row))
                {
                    _asked.Add(Unusable);
                    continue;
                }
                _asked.Add(_scheme.GenerationOf(history, row) ?? Foreign);
                _free[history.Numbers[row]] = row;
                if (history[row].SystemAttributes.TryGetValue(GenerationRecord.AskedFromKey, out AttributeValue? from) && from.TryGetInt64(out long fingerprint))
                    _askedFrom[row] = fingerprint;
            }
            return this;
        }
    }

    /// <summary>Null if the snapshot is so old that its state is no longer kept.</summary>
    private OpenGeneration<TState>? At(StudyHistory history)
    {
        AttributeSet attributes = history.Study.SystemAttributes;
        int index = _steps.Count - 1;
        while (index >= 0 && _steps[index].Generation > 0 && !attributes.ContainsKey(_scheme.RecordKey(_steps[index].Generation - 1))) index--;
        if (index < 0) return null;
        Step step = _steps[index];
        while (attributes.TryGetValue(_scheme.RecordKey(step.Generation), out AttributeValue? stored))
        {
            step = Close(history, step, GenerationRecord.Parse(stored));
            _steps.Add(step);
            if (_steps.Count > KeptStates) _steps.RemoveAt(0);
        }
        List<(int Number, int Row)>? full = Full(history, step);
        if (full is null) return new(_scheme, step.Generation, step.State, Closing: null);
        var record = new GenerationRecord([.. full.Select(trial => trial.Number)]);
        if (_pending is not { } pending || pending.Generation != step.Generation || !pending.Record.IsSame(record))
            _pending = pending = new Pending(step.Generation, record, Fold(history, step, full));
        return new(_scheme, step.Generation + 1, pending.State, record);
    }

    private Step Close(StudyHistory history, Step step, GenerationRecord record)
    {
        var trials = new List<(int Number, int Row)>(record.Numbers.Length);
        foreach (int number in record.Numbers)
        {
            // A trial that cannot be read is left out, by every process alike.
            if (!_free.Remove(number, out int row)) continue;
            trials.Add((number, row));
            _taken[row] = step.Generation;
        }
        bool isPending = _pending is { } pending && pending.Generation == step.Generation && pending.Record.IsSame(record);
        TState state = isPending ? _pending!.State : Fold(history, step, trials);
        int first = step.FirstFree;
        while (first < _asked.Count && (_taken[first] != NoGeneration || _asked[first] == Unusable)) first++;
        return new Step(step.Generation + 1, state, first, record.Fingerprint);
    }

    private TState Fold(StudyHistory history, Step step, List<(int Number, int Row)> trials)
    {
        var members = new List<int>(trials.Count);
        var others = new List<int>();
        foreach ((_, int row) in trials) (IsMember(row, step) ? members : others).Add(row);
        return _scheme.Fold(step.State, new ClosedGeneration
        {
            History = history,
            Index = step.Generation,
            Members = CollectionsMarshal.AsSpan(members),
            Others = CollectionsMarshal.AsSpan(others),
        });
    }

    /// <summary>What closes the generation, if it has enough finished members: the first of these by number, and other free trials up to the last one's number.</summary>
    private List<(int Number, int Row)>? Full(StudyHistory history, Step step)
    {
        int size = _scheme.SizeOf(step.State), members = 0;
        for (int row = step.FirstFree; row < history.Count; row++) members += IsFree(row, step) && IsMember(row, step) ? 1 : 0;
        if (members < size) return null;
        var free = new List<(int Number, int Row)>();
        for (int row = step.FirstFree; row < history.Count; row++)
        {
            if (IsFree(row, step)) free.Add((history.Numbers[row], row));
        }
        free.Sort();
        int count = 0;
        for (members = 0; members < size; count++) members += IsMember(free[count].Row, step) ? 1 : 0;
        free.RemoveRange(count, free.Count - count);
        return free;
    }

    private bool IsFree(int row, Step step) => _taken[row] >= step.Generation && _asked[row] != Unusable;

    private bool IsMember(int row, Step step) =>
        _asked[row] == step.Generation && (!_askedFrom.TryGetValue(row, out long from) || from == step.Fingerprint);

    /// <param name="Generation">The one that is asked from the state.</param>
    /// <param name="State">The fold of all earlier ones.</param>
    /// <param name="FirstFree">The first row that no earlier generation has taken.</param>
    /// <param name="Fingerprint">That of the record before; null before the first.</param>
    private sealed record Step(int Generation, TState State, int FirstFree, long? Fingerprint);

    private sealed record Pending(int Generation, GenerationRecord Record, TState State);
}
