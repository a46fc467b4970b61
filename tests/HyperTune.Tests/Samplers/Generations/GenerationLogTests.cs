using HyperTune.History;
using HyperTune.Samplers.Generations;
using HyperTune.Storage;
using HyperTune.Testing;

namespace HyperTune.Tests.Samplers.Generations;

public sealed class GenerationLogTests
{
    private const int Size = 4;

    private static readonly SumScheme Scheme = new(Size);

    [Fact]
    public void A_generation_stays_open_until_enough_members_have_finished()
    {
        var scenario = new HistoryScenario();
        for (int i = 0; i < Size - 1; i++) scenario.Add(Member(0, i));
        scenario.Add(Member(0, 9) with { State = TrialState.Failed, Values = [] });
        scenario.Add(new() { Values = [5] });

        OpenGeneration<SumScheme.State> open = GenerationLog<SumScheme.State>.Of(scenario.Build(), Scheme);

        Assert.Equal(0, open.Index);
        Assert.Equal(Scheme.Start().Sum, open.State.Sum);
        Assert.Null(open.Closing);
    }

    [Fact]
    public void A_full_generation_is_closed_by_the_next_to_ask_with_its_first_members_and_the_strangers_among_them()
    {
        var scenario = new HistoryScenario();
        scenario.Add(Member(0, 1));
        scenario.Add(new() { Values = [5] });
        for (int i = 0; i < Size; i++) scenario.Add(Member(0, i));
        scenario.Add(new() { Values = [6] });

        OpenGeneration<SumScheme.State> open = GenerationLog<SumScheme.State>.Of(scenario.Build(), Scheme);

        Assert.Equal(1, open.Index);
        Assert.Equal([0, 1, 2, 3, 4], open.Closing!.Numbers.ToArray());
        (int[] members, int[] others) = Assert.Single(open.State.Generations);
        Assert.Equal([0, 2, 3, 4], members);
        Assert.Equal([1], others);
    }

    [Fact]
    public void A_stored_record_counts_whatever_this_process_would_have_closed_with()
    {
        var scenario = new HistoryScenario { StudyAttributes = Records([1, 3, 4, 5]) };
        for (int i = 0; i < 7; i++) scenario.Add(Member(0, i));

        OpenGeneration<SumScheme.State> open = GenerationLog<SumScheme.State>.Of(scenario.Build(), Scheme);

        Assert.Equal(1, open.Index);
        Assert.Null(open.Closing);
        Assert.Equal([1, 3, 4, 5], Assert.Single(open.State.Generations).Members);
    }

    [Fact]
    public void Stragglers_and_trials_asked_from_a_state_that_lost_are_others_of_the_next_generation()
    {
        var winner = new GenerationRecord([0, 1, 2, 3]);
        var loser = new GenerationRecord([0, 1, 2, 4]);
        var scenario = new HistoryScenario { StudyAttributes = Records([0, 1, 2, 3]) };
        for (int i = 0; i < Size + 1; i++) scenario.Add(Member(0, i));
        scenario.Add(Member(1, 10, loser.Fingerprint));
        scenario.Add(Member(1, 11, winner.Fingerprint));
        for (int i = 0; i < Size - 1; i++) scenario.Add(Member(1, 12 + i));

        OpenGeneration<SumScheme.State> open = GenerationLog<SumScheme.State>.Of(scenario.Build(), Scheme);

        Assert.Equal(2, open.Index);
        Assert.Equal([4, 5, 6, 7, 8, 9], open.Closing!.Numbers.ToArray());
        Assert.Equal([6, 7, 8, 9], open.State.Generations[1].Members);
        Assert.Equal([4, 5], open.State.Generations[1].Others);
    }

    [Fact]
    public void Records_with_trials_that_nobody_can_read_are_folded_without_them()
    {
        var scenario = new HistoryScenario
        {
            StudyAttributes = Records([0, 1, 77]).With(Scheme.RecordKey(1), "nonsense").With(Scheme.RecordKey(2), AttributeValue.Array("a", 2, 2.5, -1)),
        };
        for (int i = 0; i < 3; i++) scenario.Add(Member(0, i));

        OpenGeneration<SumScheme.State> open = GenerationLog<SumScheme.State>.Of(scenario.Build(), Scheme);

        Assert.Equal(3, open.Index);
        Assert.Equal([0, 1], open.State.Generations[0].Members);
        Assert.Empty(open.State.Generations[1].Members);
        Assert.Equal([2], open.State.Generations[2].Others);
    }

    [Fact]
    public void The_order_of_arrival_does_not_matter()
    {
        HistoryScenario scenario = Scenario();
        SumScheme.State expected = GenerationLog<SumScheme.State>.Of(scenario.Build(), Scheme).State;
        for (int seed = 0; seed < 20; seed++)
        {
            IReadOnlyList<StudyHistory> snapshots = scenario.BuildInParts(seed);
            Assert.Equal(expected.Sum, GenerationLog<SumScheme.State>.Of(snapshots[^1], Scheme).State.Sum);
        }
    }

    [Fact]
    public void An_older_snapshot_gets_the_answer_that_it_had()
    {
        using var study = Study.Create(new StudyOptions { Sampler = new SumScheme.Sampler(Size) });
        var snapshots = new List<(StudyHistory History, double Sum, int Index)>();
        for (int i = 0; i < 60; i++)
        {
            StudyHistory history = study.History;
            OpenGeneration<SumScheme.State> open = GenerationLog<SumScheme.State>.Of(history, Scheme);
            snapshots.Add((history, open.State.Sum, open.Index));
            Tell(study);
        }
        Assert.Equal(60 / Size - 1, snapshots[^1].Index);
        foreach ((StudyHistory history, double sum, int index) in snapshots)
        {
            OpenGeneration<SumScheme.State> open = GenerationLog<SumScheme.State>.Of(history, Scheme);
            Assert.Equal((sum, index), (open.State.Sum, open.Index));
        }
    }

    [Theory]
    [InlineData(1, 6)]
    [InlineData(2, 6)]
    [InlineData(3, 3)]
    [InlineData(5, 5)]
    [InlineData(6, 6)]
    public void A_trial_keeps_the_state_that_it_was_asked_from_until_four_more_generations_have_closed(int asked, int state)
    {
        var attributes = AttributeSet.Empty;
        for (int generation = 0; generation < 6; generation++)
            attributes = attributes.With(Scheme.RecordKey(generation), Enumerable.Range(Size * generation, Size).ToArray());
        var scenario = new HistoryScenario { StudyAttributes = attributes };
        for (int i = 0; i < 6 * Size; i++) scenario.Add(Member(i / Size, i));
        StudyHistory history = scenario.Build();

        Assert.Equal(state, GenerationLog<SumScheme.State>.Of(history, Scheme, scenario.Context(Member(asked, 0))).State.Generations.Count);
        Assert.Equal(6, GenerationLog<SumScheme.State>.Of(history, Scheme, scenario.Context(new())).State.Generations.Count);
    }

    [Fact]
    public async Task Processes_that_share_a_study_have_the_same_state()
    {
        var storage = new InMemoryStorage();
        var random = new Random(5);
        Study[] workers = [.. Enumerable.Range(0, 4).Select(_ => Open(storage))];
        var running = new List<(Study Study, Trial Trial)>();
        for (int i = 0; i < 400; i++)
        {
            Study study = workers[random.Next(workers.Length)];
            running.Add((study, await study.AskAsync(cancellationToken: TestContext.Current.CancellationToken)));
            // Trials end in another order than they began, some of them badly.
            if (running.Count < 13) continue;
            int ending = random.Next(running.Count);
            (Study owner, Trial trial) = running[ending];
            running.RemoveAt(ending);
            if (random.Next(10) == 0) await owner.TellAsync(trial, TrialState.Failed, cancellationToken: TestContext.Current.CancellationToken);
            else await owner.TellAsync(trial, Value(trial), TestContext.Current.CancellationToken);
        }
        var states = new List<SumScheme.State>();
        foreach (Study worker in workers)
        {
            await worker.RefreshAsync(TestContext.Current.CancellationToken);
            states.Add(GenerationLog<SumScheme.State>.Of(worker.History, Scheme).State);
        }
        using Study late = Open(storage);
        states.Add(GenerationLog<SumScheme.State>.Of(late.History, Scheme).State);
        Assert.InRange(states[0].Generations.Count, 10, 400 / Size);
        Assert.All(states, state => Assert.Equal(states[0].Sum, state.Sum));
        // Nobody counts twice.
        int[] all = [.. states[0].Generations.SelectMany(generation => generation.Members.Concat(generation.Others))];
        Assert.Equal(all.Length, all.Distinct().Count());
        foreach (Study worker in workers) await worker.DisposeAsync();
    }

    [Fact]
    public void A_study_that_is_continued_goes_on_as_if_it_had_not_stopped()
    {
        using var whole = Study.Create(new StudyOptions { Sampler = new SumScheme.Sampler(Size) });
        for (int i = 0; i < 30; i++) Tell(whole);
        var storage = new InMemoryStorage();
        for (int i = 0; i < 30; i++)
        {
            using Study part = Open(storage);
            Tell(part);
        }
        using Study parts = Open(storage);
        Assert.Equal(whole.Trials.Select(trial => trial.Parameters.Values[0]), parts.Trials.Select(trial => trial.Parameters.Values[0]));
    }

    private static Study Open(IStorage storage) =>
        Study.Create(new StudyOptions { Name = "shared", Storage = storage, LoadIfExists = true, Sampler = new SumScheme.Sampler(Size) });

    private static double Value(Trial trial) => trial.SuggestDouble("x", 0, 1) - 0.4;

    private static void Tell(Study study)
    {
        Trial trial = study.Ask();
        study.Tell(trial, Value(trial));
    }

    private static AttributeSet Records(params int[] first) => AttributeSet.Empty.With(Scheme.RecordKey(0), first);

    private static ScenarioTrial Member(int generation, double value, long? askedFrom = null)
    {
        AttributeSet notes = AttributeSet.Empty.With(Scheme.NoteKey, generation);
        if (askedFrom is { } fingerprint) notes = notes.With(GenerationRecord.AskedFromKey, fingerprint);
        return new() { Values = [value], SystemAttributes = notes };
    }

    private static HistoryScenario Scenario()
    {
        var scenario = new HistoryScenario { StudyAttributes = Records([0, 2, 3, 4]) };
        var random = new Random(3);
        for (int i = 0; i < 30; i++) scenario.Add(Member(i / 7, random.NextDouble(), i % 11 == 10 ? 5 : null));
        return scenario;
    }
}
