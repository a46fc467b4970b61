using HyperTune.History;
using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune.Testing;

/// <summary>Follows a study by its deltas and checks each of them: ascending, without repeats, and never changing what is finished.</summary>
internal sealed class StudyFollower(IStorage storage, StudyId id)
{
    private readonly SortedDictionary<int, TrialRecord> _trials = [];
    private StudyCursor _cursor = StudyCursor.Start;

    /// <summary>The trials as of the last read, in order of number.</summary>
    public IReadOnlyCollection<TrialRecord> Trials => _trials.Values;

    public StudyRecord? Study { get; private set; }

    public TrialRecord this[int number] => _trials[number];

    public async Task<StudyDelta> RefreshAsync(CancellationToken cancellationToken)
    {
        StudyDelta delta = await storage.ReadAsync(id, _cursor, cancellationToken);
        Take(delta);
        return delta;
    }

    /// <summary>Ends and starts trials in one step, and takes what the storage reads in it.</summary>
    /// <returns>The trials that started, and whether the storage has read in the same step.</returns>
    public async Task<(IReadOnlyList<TrialRecord> Started, bool HasRead)> WriteAndStartAsync(IReadOnlyList<TrialChanges> changes, TrialStart start, CancellationToken cancellationToken)
    {
        (_, IReadOnlyList<TrialRecord> started, StudyDelta? delta) = await ((ICombiningStorage)storage).WriteAndStartAsync(id, changes, start, _cursor, cancellationToken);
        if (delta is not null) Take(delta);
        return (started, delta is not null);
    }

    private void Take(StudyDelta delta)
    {
        _cursor = delta.Cursor;
        if (delta.IsReset) _trials.Clear();
        Study = delta.Study ?? Study;
        Assert.Empty(delta.Unreadable);
        int last = -1;
        foreach (TrialRecord trial in delta.Trials)
        {
            Assert.True(trial.Number > last, $"Trial {trial.Number} comes after trial {last} in one delta.");
            last = trial.Number;
            if (_trials.TryGetValue(trial.Number, out TrialRecord? known))
            {
                Assert.Equal(known.Id, trial.Id);
                if (known.State.IsFinished()) Assert.Fail($"The finished trial {trial.Number} was sent again.");
                if (known.State == TrialState.Running) Assert.NotEqual(TrialState.Waiting, trial.State);
            }
            _trials[trial.Number] = trial;
        }
        Assert.Equal(Enumerable.Range(0, _trials.Count), _trials.Keys);
    }

    /// <summary>All trials as texts, from one reading from the start.</summary>
    public static async Task<string[]> ReadTextsAsync(IStorage storage, StudyId id, CancellationToken cancellationToken)
    {
        var follower = new StudyFollower(storage, id);
        await follower.RefreshAsync(cancellationToken);
        return [.. follower.Trials.Select(RecordText.Of)];
    }
}
