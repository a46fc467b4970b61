using System.Collections.Concurrent;
using HyperTune.History;

namespace HyperTune.Worker;

/// <summary>The trials of a <see cref="TrialLoop"/> that a storage acknowledged. Safe for concurrent use.</summary>
public sealed class AcknowledgedTrials
{
    private readonly ConcurrentDictionary<int, double> _values = new();

    /// <summary>How many there are.</summary>
    public int Count => _values.Count;

    /// <summary>Notes a trial, which may happen once.</summary>
    public void Add(int number, double value) => Assert.True(_values.TryAdd(number, value), $"Trial {number} was given out twice.");

    /// <summary>Checks that a study has that many trials, numbered without gaps, and that all of these are among them as they were written.</summary>
    public void Check(StudyDelta delta, int trials)
    {
        ArgumentNullException.ThrowIfNull(delta);
        Assert.Equal(Enumerable.Range(0, trials), delta.Trials.Select(trial => trial.Number));
        Assert.Empty(delta.Unreadable);
        foreach ((int number, double value) in _values)
        {
            TrialRecord trial = delta.Trials[number];
            Assert.Equal((TrialState.Complete, value), (trial.State, trial.Value));
            Assert.Equal([value, 1 - value], trial.Parameters.Values.ToArray());
        }
    }

    /// <summary>Checks the same, and that each trial of the study is one of these.</summary>
    public void CheckAll(StudyDelta delta, int trials)
    {
        Check(delta, trials);
        Assert.Equal(trials, Count);
    }
}
