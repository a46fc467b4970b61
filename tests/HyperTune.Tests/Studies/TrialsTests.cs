using HyperTune.History;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

/// <summary>The list of all trials.</summary>
public sealed class TrialsTests
{
    [Fact]
    public async Task Trials_AreInOrderOfNumber_WhateverTheOrderOfTheirEnds()
    {
        await using Study study = New();
        Trial[] asked = [.. await study.AskManyAsync(new() { Count = 6 }, Token)];
        await study.EnqueueAsync([], cancellationToken: Token);
        var seen = new List<IReadOnlyList<TrialRecord>> { study.Trials };

        foreach (int number in (int[])[4, 0, 5, 2, 1])
        {
            await study.TellAsync(asked[number], number, Token);
            seen.Add(study.Trials);
        }

        Assert.All(seen, trials => Assert.Equal(Enumerable.Range(0, 7), trials.Select(trial => trial.Number)));
        // A list that was handed out stays as it was.
        Assert.Equal([0, 1, 2, 3, 4, 5], seen.Select(trials => trials.Count(trial => trial.State == TrialState.Complete)));
        Assert.Equal([TrialState.Running, TrialState.Complete, TrialState.Waiting], seen[^1].Skip(3).Take(2).Append(seen[^1][6]).Select(trial => trial.State));
        Assert.Same(study.Trials, study.Trials);
    }

    [Fact]
    public async Task Trials_AfterOneMore_AreNotCopied()
    {
        await using Study study = New();
        await study.AddTrialsAsync(Enumerable.Range(0, 20_000).Select(i => Finished(i)), Token);
        Trial running = await study.AskAsync(cancellationToken: Token);
        await study.AddTrialAsync(Finished(1), Token);
        Assert.Equal(20_002, study.Trials.Count);
        await study.AddTrialAsync(Finished(1), Token);

        long before = GC.GetAllocatedBytesForCurrentThread();
        IReadOnlyList<TrialRecord> trials = study.Trials;
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal((20_003, TrialState.Running), (trials.Count, trials[running.Number].State));
        Assert.InRange(allocated, 0, 20_000);
    }

    [Fact]
    public void Trials_OfAStudyMadeAnewUnderItsId_AreTheNewOnes()
    {
        var study = new StudyRecord { Id = new StudyId(1), Name = "s", Directions = [Direction.Minimize] };
        var builder = new HistoryBuilder(study);
        TrialRecord[] former = [.. Enumerable.Range(0, 3).Select(number => Complete(number, 0))], later = [Complete(0, 1)];

        IReadOnlyList<TrialRecord> before = TrialList.Of(builder.Apply(new() { Cursor = StudyCursor.Start, Trials = former }));
        IReadOnlyList<TrialRecord> after = TrialList.Of(builder.Apply(new() { Cursor = StudyCursor.Start, Trials = later, IsReset = true }));

        Assert.Equal(former, before);
        Assert.Equal(later, after);
    }

    [Fact]
    public void Trials_OfAnOlderSnapshot_ShowNoFinishedTrialAsRunning()
    {
        var builder = new HistoryBuilder(new StudyRecord { Id = new StudyId(1), Name = "s", Directions = [Direction.Minimize] });
        StudyHistory older = builder.Apply(new() { Cursor = StudyCursor.Start, Trials = [Complete(0, 1) with { State = TrialState.Running, Values = [] }] });
        Assert.Equal(TrialState.Running, Assert.Single(TrialList.Of(older)).State);
        TrialList.Of(builder.Apply(new() { Cursor = StudyCursor.Start, Trials = [Complete(0, 1)] }));

        Assert.Single(TrialList.Of(older));
    }

    private static TrialRecord Complete(int number, double value) => new() { Id = new TrialId(number), Number = number, State = TrialState.Complete, Values = [value] };
}
