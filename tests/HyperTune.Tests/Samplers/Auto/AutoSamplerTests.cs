using HyperTune.History;
using HyperTune.Testing;
using HyperTune.Trials;
using Microsoft.Extensions.Logging;

namespace HyperTune.Tests.Samplers.Auto;

public sealed class AutoSamplerTests
{
    private const int ProposerChosen = 15, TrialProposed = 14;

    [Fact]
    public void It_is_the_default()
    {
        using var study = Study.Create();
        study.Optimize(Bowl, new() { Trials = 3 }, TestContext.Current.CancellationToken);
        Assert.All(study.Trials, trial => Assert.Equal(nameof(AutoSampler), study.Explain(trial).Sampler));
    }

    [Fact]
    public void Each_trial_says_who_proposed_it_and_why()
    {
        using Study study = Open(1);
        study.Optimize(Bowl, new() { Trials = 60 }, TestContext.Current.CancellationToken);
        TrialExplanation[] all = [.. study.Trials.Select(study.Explain)];
        Assert.All(all, trial => Assert.False(string.IsNullOrWhiteSpace(trial.Reason)));
        Assert.Equal([nameof(CmaEsSampler), nameof(GpSampler), nameof(TpeSampler)], all.Select(trial => trial.Proposer).Distinct().Order());
        Assert.Equal(TrialOrigin.Own, all[59].Origin);
        Assert.Equal(all[59].ToString(), study.Explain(59).ToString());
        Assert.StartsWith($"Trial 59 was proposed by {all[59].Proposer}: {all[59].Reason}.", all[59].ToString());
        Assert.Contains("drawn jointly: x = ", all[59].ToString());
        Assert.Throws<TrialNotFoundException>(() => study.Explain(60));
    }

    [Fact]
    public void The_log_tells_each_sampler_once_and_each_trial_for_debugging()
    {
        using var log = new CapturingLoggerFactory();
        using Study study = Open(1, log);
        study.Optimize(Bowl, new() { Trials = 60 }, TestContext.Current.CancellationToken);
        IReadOnlyList<LoggedMessage> chosen = log.WithId(ProposerChosen);
        Assert.Equal(3, chosen.Count);
        Assert.All(chosen, message => Assert.Equal(LogLevel.Information, message.Level));
        Assert.Equal(57, log.WithId(TrialProposed).Count);
    }

    [Fact]
    public void No_sampler_is_forgotten()
    {
        using Study study = Open(2);
        study.Optimize(Bowl, new() { Trials = 200 }, TestContext.Current.CancellationToken);
        // A tenth each of 192, in any case: fewer than 8 have a chance of one in a thousand.
        foreach (IGrouping<string?, TrialExplanation> proposer in study.Trials.Select(study.Explain).GroupBy(trial => trial.Proposer)) Assert.InRange(proposer.Count(), 8, 200);
    }

    [Fact]
    public async Task What_was_given_counts_for_no_sampler()
    {
        using Study study = Open(3);
        await study.EnqueueAsync(new Dictionary<string, object?> { ["x"] = 0.3, ["y"] = 0.3 }, cancellationToken: TestContext.Current.CancellationToken);
        study.Optimize(Bowl, new() { Trials = 1 }, TestContext.Current.CancellationToken);
        TrialExplanation first = study.Explain(0);
        Assert.Equal(TrialOrigin.Enqueued, first.Origin);
        Assert.StartsWith("Trial 0 was enqueued.", first.ToString());
        Assert.Contains("given: x = 0.3, y = 0.3", first.ToString());
        Assert.Null(AutoSampler.ArmOf(study.Trials[0]));
    }

    [Theory]
    [InlineData(2, nameof(GpSampler))]
    [InlineData(4, nameof(TpeSampler))]
    public void Several_objectives_have_their_own_order(int objectives, string expected)
    {
        using var study = Study.Create(new() { Directions = [.. Enumerable.Repeat(Direction.Minimize, objectives)], Sampler = new AutoSampler(new() { Seed = 4 }), Pruner = new NopPruner() });
        for (int i = 0; i < 15; i++)
        {
            Trial trial = study.Ask(Plane);
            double x = (double)trial.Params["x"]!;
            study.Tell(trial, new ObjectiveValues([.. Enumerable.Range(0, objectives).Select(k => Math.Abs(x - k))]));
        }
        Assert.Equal(expected, study.Explain(14).Proposer);
    }

    [Fact]
    public void Choices_alone_are_no_landscape_for_an_evolution_strategy()
    {
        SearchSpace space = SearchSpace.Empty.AddCategorical("a", ["p", "q", "r"]).AddCategorical("b", [1, 2, 3, 4]).AddCategorical("c", [true, false]);
        using Study study = Open(5);
        for (int i = 0; i < 20; i++)
        {
            Trial trial = study.Ask(space);
            study.Tell(trial, (string)trial.Params["a"]! == "q" ? 0 : 1);
        }
        Assert.DoesNotContain(study.Trials, trial => study.Explain(trial).Proposer == nameof(CmaEsSampler));
    }

    [Fact]
    public void A_foreign_note_is_no_proposer()
    {
        var scenario = new HistoryScenario();
        scenario.Add(new() { Values = [1], SystemAttributes = AttributeSet.Empty.With("hypertune:proposal", AttributeValue.Object(("by", "SomebodyElse"), ("why", "for fun"))) });
        scenario.Add(new() { Values = [1], SystemAttributes = AttributeSet.Empty.With("hypertune:proposal", 7) });
        StudyHistory history = scenario.Build();
        Assert.Null(AutoSampler.ArmOf(history[0]));
        Assert.Null(AutoSampler.ArmOf(history[1]));
    }

    private static readonly SearchSpace Plane = SearchSpace.Empty.AddDouble("x", 0, 1).AddDouble("y", 0, 1);

    private static double Bowl(Trial trial)
    {
        double x = trial.SuggestDouble("x", 0, 1) - 0.3, y = trial.SuggestDouble("y", 0, 1) - 0.6;
        return (x * x) + (y * y);
    }

    private static Study Open(ulong seed, ILoggerFactory? log = null) =>
        Study.Create(new() { Sampler = new AutoSampler(new() { Seed = seed }), Pruner = new NopPruner(), LoggerFactory = log ?? Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance });
}
