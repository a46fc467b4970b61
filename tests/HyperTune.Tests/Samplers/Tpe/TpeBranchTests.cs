using HyperTune.History;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Samplers.Tpe;

public sealed class TpeBranchTests
{
    private static readonly SearchSpace Training = SearchSpace.Empty
        .AddCategorical("optimizer", ["sgd", "adam", "lion"])
        .AddDouble("rate", 0, 1)
        .AddDouble("momentum", 0, 1, when: ("optimizer", ["sgd"]));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_branch_is_drawn_as_a_whole_from_its_own_trials(bool isDeclared)
    {
        // Under sgd good trials lie on the diagonal, and are worse than all others.
        HistoryScenario scenario = Scenario(isDeclared, 120, static (optimizer, rate, momentum) => optimizer == 0 ? 10 + Math.Abs(rate - momentum) : Math.Abs(rate - 0.9));
        StudyHistory history = scenario.Build();
        var sampler = new TpeSampler();
        int sgd = 0, near = 0, others = 0, right = 0;
        for (int number = 1000; number < 1200; number++)
        {
            ParameterSet drawn = Propose(sampler, history, scenario.Context(new() { Number = number }));
            _ = drawn.TryGetValue("rate", out double rate);
            if (drawn.TryGetValue("momentum", out double momentum))
            {
                sgd++;
                if (Math.Abs(rate - momentum) < 0.2) near++;
                Assert.Equal(["optimizer", "rate", "momentum"], drawn.Names.Order(Comparer<string>.Create((x, y) => Training.IndexOf(x).CompareTo(Training.IndexOf(y)))));
                Assert.Equal(0, drawn.Values[0]);
            }
            else
            {
                others++;
                if (Math.Abs(rate - 0.9) < 0.2) right++;
                Assert.True(drawn.TryGetValue("optimizer", out double optimizer) && optimizer > 0);
                Assert.Equal(2, drawn.Count);
            }
        }
        // A sixth is what visits alone give it.
        Assert.InRange(sgd, 8, 60);
        Assert.True(near > 0.7 * sgd, $"{near} of {sgd}");
        Assert.True(right > 0.7 * others, $"{right} of {others}");
    }

    [Fact]
    public void A_branch_that_is_hardly_known_gets_trials_first()
    {
        // All but the last trial went to adam; half of the trials go to sgd until it has its 2 (2 + 2), running ones included.
        var scenario = new HistoryScenario();
        for (int i = 0; i < 30; i++) scenario.Add(At(i < 29 ? 1 : 0, i / 30.0, 0.5, value: i));
        Assert.InRange(CountOfSgd(scenario), 70, 140);
        for (int i = 0; i < 7; i++) scenario.Add(At(0, 0.1 * i, 0.5, value: 100) with { State = TrialState.Running, Values = [] });
        Assert.InRange(CountOfSgd(scenario), 8, 50);

        static int CountOfSgd(HistoryScenario scenario)
        {
            StudyHistory history = scenario.Build();
            return Enumerable.Range(1000, 200).Count(number => Propose(new TpeSampler(), history, scenario.Context(new() { Number = number })).Contains("momentum"));
        }
    }

    [Fact]
    public void Choices_of_one_branch_are_modelled_with_the_rest_of_it()
    {
        // Adam is good at low rates and lion at high ones.
        HistoryScenario scenario = Scenario(isDeclared: false, 150, static (optimizer, rate, _) => optimizer == 0 ? 10 : Math.Abs(rate - (optimizer == 1 ? 0.1 : 0.9)));
        StudyHistory history = scenario.Build();
        int matching = 0, all = 0;
        for (int number = 1000; number < 1200; number++)
        {
            ParameterSet drawn = Propose(new TpeSampler(), history, scenario.Context(new() { Number = number }));
            if (drawn.Contains("momentum")) continue;
            all++;
            if (drawn.TryGetValue("optimizer", out double optimizer) & drawn.TryGetValue("rate", out double rate) && (optimizer == 1 ? rate < 0.5 : rate > 0.5)) matching++;
        }
        Assert.True(matching > 0.8 * all, $"{matching} of {all}");
    }

    [Fact]
    public void A_space_of_many_branches_is_drawn_by_groups()
    {
        SearchSpace space = SearchSpace.Empty.AddInt("n", 1, 13);
        for (int i = 2; i <= 13; i++) space = space.AddDouble($"x{i}", 0, 1, when: ("n", [i]));
        var random = new Random(1);
        var scenario = new HistoryScenario();
        for (int i = 0; i < 65; i++)
        {
            int n = 1 + (i % 13);
            Parameter[] parent = [new("n", space[0].Distribution, n)];
            scenario.Add(new() { Values = [n == 7 ? 0 : 1], Parameters = n == 1 ? parent : [.. parent, new($"x{n}", space[n - 1].Distribution, random.NextDouble())] });
        }
        StudyHistory history = scenario.Build();
        Assert.Equal(13, new TpeSampler().InferRelativeSpace(history, scenario.Context(new())).Count);
        for (int number = 100; number < 120; number++)
        {
            ParameterSet drawn = Propose(new TpeSampler(), history, scenario.Context(new() { Number = number }));
            _ = drawn.TryGetValue("n", out double n);
            Assert.Equal(n == 1 ? ["n"] : ["n", $"x{n}"], drawn.Names);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void An_optimizer_that_an_enqueued_trial_must_take_is_kept(int optimizer)
    {
        HistoryScenario scenario = Scenario(isDeclared: true, 60, static (_, rate, _) => rate);
        StudyHistory history = scenario.Build();
        for (int number = 1000; number < 1030; number++)
        {
            TrialContext trial = scenario.Context(new() { Number = number }, ParameterSet.Of([new("optimizer", Training[0].Distribution, optimizer)]));
            Assert.Equal(optimizer == 0, Propose(new TpeSampler(), history, trial).Contains("momentum"));
        }
    }

    [Fact]
    public void Several_objectives_are_drawn_by_groups()
    {
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Minimize) { DeclaredSpace = Training };
        var random = new Random(2);
        for (int i = 0; i < 40; i++)
        {
            scenario.Add(At(i % 3, random.NextDouble(), random.NextDouble(), 0) with { Values = [random.NextDouble(), random.NextDouble()] });
        }
        var sampler = new TpeSampler(new() { IsMultivariate = true });
        for (int number = 100; number < 140; number++)
        {
            ParameterSet drawn = Propose(sampler, scenario.Build(), scenario.Context(new() { Number = number }));
            Assert.Equal(drawn.Values[0] == 0 ? ["optimizer", "rate", "momentum"] : ["optimizer", "rate"], drawn.Names);
        }
    }

    [Fact]
    public void A_tree_that_turns_out_wrong_costs_a_message_and_no_trial()
    {
        // For 40 trials momentum goes with sgd, from then on with adam.
        var logs = new CapturingLoggerFactory();
        using Study study = Study.Create(new() { LoggerFactory = logs, Sampler = new TpeSampler(new() { Seed = 3 }), Pruner = new NopPruner() });
        for (int i = 0; i < 120; i++)
        {
            Trial trial = study.Ask();
            string optimizer = trial.SuggestCategorical("optimizer", ["sgd", "adam", "lion"]);
            double value = trial.SuggestDouble("rate", 0, 1) + (optimizer == "lion" ? 1 : 0);
            if (optimizer == (i < 40 ? "sgd" : "adam")) value += trial.SuggestDouble("momentum", 0, 1);
            study.Tell(trial, value);
        }
        Assert.Equal(120, study.History.CountOf(TrialState.Complete));
        Assert.Contains("'momentum'", Assert.Single(logs.WithId(22)).Text, StringComparison.Ordinal);
        SearchSpace space = new TpeSampler().InferRelativeSpace(study.History, new HistoryScenario().Context(new()));
        Assert.Equal(["optimizer", "rate"], space.Select(parameter => parameter.Name));
    }

    [Fact]
    public void A_narrow_optimum_in_a_branch_that_looks_poor_is_found()
    {
        // The bottom of the broad branch lies at 0.105.
        double[] best = [.. Enumerable.Range(0, 15).Select(seed =>
        {
            using Study study = Study.Create(new() { Sampler = new TpeSampler(new() { Seed = (ulong)seed }), Pruner = new NopPruner() });
            for (int i = 0; i < 200; i++)
            {
                Trial trial = study.Ask();
                study.Tell(trial, trial.SuggestCategorical("branch", ["broad", "narrow"]) == "broad"
                    ? 0.105 + Square(trial.SuggestDouble("x", 0, 1) - 0.3)
                    : 0.08 + 0.25 * (1 - Math.Exp(-20 * (Square(trial.SuggestDouble("a", 0, 1) - 0.4) + Square(trial.SuggestDouble("b", 0, 1) - 0.6) + Square(trial.SuggestDouble("c", 0, 1) - 0.5)))));
            }
            return study.BestValue;
        }).Order()];
        Assert.True(best[7] < 0.09, string.Join(", ", best));
    }

    private static double Square(double x) => x * x;

    private static ParameterSet Propose(TpeSampler sampler, StudyHistory history, TrialContext trial) =>
        sampler.SampleRelative(history, trial, sampler.InferRelativeSpace(history, trial));

    private static HistoryScenario Scenario(bool isDeclared, int trials, Func<int, double, double, double> loss)
    {
        var random = new Random(7);
        var scenario = new HistoryScenario { DeclaredSpace = isDeclared ? Training : null };
        for (int i = 0; i < trials; i++)
        {
            double rate = random.NextDouble(), momentum = random.NextDouble();
            scenario.Add(At(i % 3, rate, momentum, loss(i % 3, rate, momentum)));
        }
        return scenario;
    }

    private static ScenarioTrial At(int optimizer, double rate, double momentum, double value)
    {
        Parameter[] shared = [new("optimizer", Training[0].Distribution, optimizer), new("rate", Training[1].Distribution, rate)];
        return new() { Values = [value], Parameters = optimizer == 0 ? [.. shared, new("momentum", Training[2].Distribution, momentum)] : shared };
    }
}
