using System.Collections.Immutable;
using HyperTune.Trials;

namespace HyperTune.History;

/// <summary>Brings the columns of a study up to date with the deltas of its storage and publishes snapshots. One writer at a time.</summary>
internal sealed class HistoryBuilder
{
    private readonly SearchSpace? _declaredSpace;
    private readonly SortedList<int, TrialRecord> _running = [];
    private readonly HashSet<TrialId> _finished = [];
    private ImmutableSortedDictionary<int, TrialRecord> _waiting = ImmutableSortedDictionary<int, TrialRecord>.Empty;
    private HistoryColumns _columns;
    private HistoryViews _views = new();
    private StudyHistory.StateCounts _counts;
    private StudyHistory _current;

    public HistoryBuilder(StudyRecord study, SearchSpace? declaredSpace = null)
    {
        _declaredSpace = declaredSpace;
        _columns = new HistoryColumns(study.Directions.Count);
        _current = new StudyHistory(study, declaredSpace, _columns, _views, 0, _counts, [], []);
    }

    /// <summary>The newest snapshot.</summary>
    public StudyHistory Current => Volatile.Read(ref _current);

    /// <summary>Takes over a delta and publishes the new snapshot.</summary>
    public StudyHistory Apply(StudyDelta delta)
    {
        if (delta.IsReset) Reset((delta.Study ?? _current.Study).Directions.Count);
        if (delta is { Study: null, Trials.Count: 0, IsReset: false }) return _current;
        bool runningChanged = delta.IsReset, waitingChanged = delta.IsReset;
        for (int i = 0; i < delta.Trials.Count; i++)
        {
            TrialRecord trial = delta.Trials[i];
            // Finished is final: a read that was overtaken by a later one may still show the trial as it was.
            if (_finished.Contains(trial.Id)) continue;
            if (trial.State == TrialState.Waiting)
            {
                _waiting = _waiting.SetItem(trial.Number, trial);
                waitingChanged = true;
                continue;
            }
            if (_waiting.ContainsKey(trial.Number))
            {
                _waiting = _waiting.Remove(trial.Number);
                waitingChanged = true;
            }
            if (trial.State == TrialState.Running)
            {
                _running[trial.Number] = trial;
                runningChanged = true;
                continue;
            }
            runningChanged |= _running.Count > 0 && _running.Remove(trial.Number);
            _finished.Add(trial.Id);
            _columns.Add(trial);
            _counts = _counts.With(trial.State);
        }
        IReadOnlyList<RunningTrial> running = runningChanged ? RunningTrials() : _current.Running;
        IReadOnlyList<TrialRecord> waiting = waitingChanged ? new WaitingTrials(_waiting) : _current.Waiting;
        StudyRecord study = delta.Study ?? _current.Study;
        var next = new StudyHistory(study, _declaredSpace, _columns, _views, _columns.Records.Count, _counts, running, waiting);
        Volatile.Write(ref _current, next);
        return next;
    }

    private void Reset(int objectives)
    {
        _running.Clear();
        _waiting = _waiting.Clear();
        _finished.Clear();
        _columns = new HistoryColumns(objectives);
        _views = new HistoryViews();
        _counts = default;
    }

    private RunningTrial[] RunningTrials()
    {
        if (_running.Count == 0) return [];
        var running = new RunningTrial[_running.Count];
        for (int i = 0; i < running.Length; i++) running[i] = WithJointSample(_running.GetValueAtIndex(i));
        return running;
    }

    /// <summary>Adds the parameters that another worker has drawn jointly but whose objective has not asked for them yet.</summary>
    private RunningTrial WithJointSample(TrialRecord trial)
    {
        ParameterSet parameters = trial.Parameters;
        if (trial.SystemAttributes.Count == 0) return new RunningTrial(trial, parameters);
        foreach (Parameter parameter in JointSample.Decode(trial.SystemAttributes, LatestDistribution))
        {
            if (!parameters.Contains(parameter.Name)) parameters = parameters.With(parameter.Name, parameter.Distribution, parameter.Value);
        }
        return new RunningTrial(trial, parameters);
    }

    private Distribution? LatestDistribution(string name)
    {
        if (_declaredSpace?.TryGet(name, out SearchSpaceParameter? declared) == true) return declared.Distribution;
        return _columns.Parameters.TryGetValue(name, out ParameterHistory? known) ? known.Latest : null;
    }
}
