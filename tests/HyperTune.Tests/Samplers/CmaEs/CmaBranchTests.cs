using HyperTune.History;
using HyperTune.Samplers.CmaEs;
using HyperTune.Samplers.Generations;
using HyperTune.Spaces;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Samplers.CmaEs;

public sealed class CmaBranchTests
{
    private static readonly SearchSpace Space = SearchSpace.Empty
        .AddCategorical("kind", ["plane", "line", "list", "none"])
        .AddDouble("x", 0, 1, when: ("kind", ["plane"]))
        .AddDouble("y", 0, 1, when: ("kind", ["plane"]))
        .AddInt("n", 0, 50, when: ("kind", ["line"]))
        .AddCategorical("choice", [1, 2, 3], when: ("kind", ["list"]));

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Each_branch_has_generations_of_its_own(bool isDeclared)
    {
        using Study study = Open(new CmaEsSampler(new() { Seed = 1 }), isDeclared);
        Run(study, 150);

        foreach (SpaceBranch branch in new SpaceTree(Space).Branches.Where(branch => branch.Space.Any(parameter => parameter.Distribution is not CategoricalDistribution)))
        {
            var scheme = new CmaScheme(new() { Seed = 1 }, branch.Space, branch);
            Assert.True(GenerationLog<CmaRun>.Of(study.History, scheme).Index > 1, $"{branch.Space}");
            Assert.All(study.Trials.Where(trial => trial.SystemAttributes.ContainsKey(scheme.NoteKey)), trial => Assert.True(branch.Holds(trial.Parameters)));
        }
        foreach (string name in (string[])["x", "y", "n"])
        {
            Assert.True(study.History.TryGetParameter(name, out ParameterColumn column));
            Assert.All(column.Origins[5..].ToArray(), origin => Assert.Equal(ParameterOrigin.Joint, origin));
        }
        Assert.True(study.History.TryGetParameter("choice", out ParameterColumn choice));
        Assert.DoesNotContain(ParameterOrigin.Joint, choice.Origins.ToArray());
    }

    [Fact]
    public void Branches_with_equal_spaces_share_no_generations()
    {
        SearchSpace space = SearchSpace.Empty.AddCategorical("a", [1, 2]).AddCategorical("b", [1, 2], when: ("a", [2])).AddDouble("c", 0, 1, when: ("b", [2])).AddDouble("x", 0, 1);
        IReadOnlyList<SpaceBranch> branches = new SpaceTree(space).Branches;

        Assert.Equal(branches[0].Space, branches[1].Space);
        Assert.NotEqual(new CmaScheme(new(), branches[0].Space, branches[0]).Name, new CmaScheme(new(), branches[1].Space, branches[1]).Name);
        Assert.NotEqual(new CmaScheme(new(), branches[0].Space, branches[0]), new CmaScheme(new(), branches[1].Space, branches[1]));
        Assert.Equal(new CmaScheme(new(), branches[0].Space, branches[0]).Name, new CmaScheme(new(), branches[0].Space, new SpaceTree(space).Branches[0]).Name);
    }

    [Fact]
    public void Parents_with_several_values_stay_in_their_branch()
    {
        SearchSpace space = SearchSpace.Empty.AddInt("layers", 1, 6).AddCategorical("kind", ["a", "b", "c"]).AddDouble("x", 0, 1)
            .AddDouble("wide", 0, 1, when: ("layers", [3, 4])).AddDouble("odd", 0, 1, when: ("kind", ["b"]));
        using Study study = Study.Create(new() { Sampler = new CmaEsSampler(new() { Seed = 2 }), Pruner = new NopPruner(), SearchSpace = space });
        study.Tell(study.Ask(space), 1);
        for (int i = 0; i < 120; i++)
        {
            Trial trial = study.Ask(space);
            study.Tell(trial, (double)trial.Params["x"]!);
        }
        // Had one left its branch, what is active there would have been drawn independently.
        foreach (SearchSpaceParameter parameter in space)
        {
            Assert.True(study.History.TryGetParameter(parameter.Name, out ParameterColumn column));
            Assert.All(Enumerable.Range(0, column.Count).Where(entry => column.Rows[entry] > 0), entry => Assert.Equal(ParameterOrigin.Joint, column.Origins[entry]));
        }
        Assert.Equal(6, study.Trials.Select(trial => trial.Parameters.TryGetValue("layers", out double layers) ? layers : 0).Distinct().Count());
    }

    [Theory]
    [InlineData("line", true)]
    [InlineData("line", false)]
    [InlineData("none", true)]
    public async Task An_enqueued_kind_is_completed_by_its_branch(string kind, bool isDeclared)
    {
        using Study study = Open(new CmaEsSampler(new() { Seed = 3 }), isDeclared);
        Run(study, 40);
        await study.EnqueueAsync([KeyValuePair.Create("kind", (object?)kind)], cancellationToken: TestContext.Current.CancellationToken);
        Trial trial = study.Ask();
        study.Tell(trial, Loss(trial));
        Assert.Equal(kind, trial.Params["kind"]);
        Assert.Equal(kind == "line", trial.Params.ContainsKey("n"));
        if (kind != "line") return;
        Assert.True(study.History.TryGetParameter("n", out ParameterColumn column));
        Assert.Equal(ParameterOrigin.Joint, column.Origins[^1]);
    }

    [Fact]
    public void The_best_branch_is_found_and_searched()
    {
        double[] best = [.. Enumerable.Range(0, 9).Select(seed =>
        {
            using Study study = Open(new CmaEsSampler(new() { Seed = (ulong)seed }), isDeclared: false);
            Run(study, 250);
            return study.BestValue;
        }).Order()];
        // The bottoms of the others lie at 0.1 and above.
        Assert.True(best[4] < 1e-3, string.Join(", ", best));
    }

    [Fact]
    public void A_stored_study_gives_the_same_proposals_whatever_the_order_of_its_trials()
    {
        using Study study = Open(new CmaEsSampler(new() { Seed = 4 }), isDeclared: false);
        Run(study, 80);
        var scenario = new HistoryScenario { StudyAttributes = study.History.Study.SystemAttributes, Seed = 4 };
        foreach (TrialRecord trial in study.Trials) scenario.Add(new() { Values = trial.Values, Parameters = [.. trial.Parameters], SystemAttributes = trial.SystemAttributes });
        var sampler = new CmaEsSampler(new() { Seed = 4 });

        for (int number = 80; number < 100; number++)
        {
            TrialContext[] contexts = [.. Enumerable.Range(0, 2).Select(_ => scenario.Context(new() { Number = number }))];
            StudyHistory inOrder = scenario.Build(), shuffled = scenario.BuildInParts(number)[^1];
            SearchSpace space = sampler.InferRelativeSpace(inOrder, contexts[0]);
            Assert.Equal(space, sampler.InferRelativeSpace(shuffled, contexts[1]));
            Assert.Equal(sampler.SampleRelative(inOrder, contexts[0], space), sampler.SampleRelative(shuffled, contexts[1], space));
            Assert.Equal(contexts[0].SystemAttributes, contexts[1].SystemAttributes);
        }
    }

    [Fact]
    public void A_branch_whose_trials_fail_does_not_hold_up_the_others()
    {
        using Study study = Open(new CmaEsSampler(new() { Seed = 6 }), isDeclared: true);
        for (int i = 0; i < 200; i++)
        {
            Trial trial = study.Ask();
            // It fails before it asks for the rest.
            if (trial.SuggestCategorical("kind", ["plane", "line", "list", "none"]) == "plane") study.Tell(trial, TrialState.Failed);
            else study.Tell(trial, Loss(trial));
        }
        // Its 2 (2 + 2), and its part of the visits, which are a third of the rest.
        Assert.InRange(study.History.CountOf(TrialState.Failed), 8, 50);
        Assert.Equal(0.1, study.BestValue, 1e-9);
    }

    [Fact]
    public void A_branch_of_few_points_is_tried_no_longer_once_they_are_known()
    {
        using Study study = Open(new CmaEsSampler(new() { Seed = 7 }), isDeclared: true);
        Run(study, 150);
        int Count(string kind) => study.Trials.Count(trial => Space[0].Distribution.ToExternal(trial.Parameters.Values[0]) is string other && other == kind);
        Assert.InRange(Count("none"), 1, 5);
        Assert.InRange(Count("list"), 3, 20);
    }

    [Fact]
    public void A_similar_study_starts_the_branches_that_it_knows()
    {
        using Study source = Open(new RandomSampler(new() { Seed = 5 }), isDeclared: false);
        for (int i = 0; i < 200; i++)
        {
            Trial trial = AskMostlyOthers(i);
            source.Tell(trial, Loss(trial));
        }
        IReadOnlyList<SpaceBranch> branches = new SpaceTree(Space).Branches;
        var options = new CmaEsSamplerOptions { WarmStart = source.History };

        CmaRun plane = new CmaScheme(options, branches[0].Space, branches[0]).Start(), line = new CmaScheme(options, branches[1].Space, branches[1]).Start();

        Assert.InRange(plane.Numeric.Mean[0], 0.1, 0.3);
        Assert.InRange(plane.Numeric.Mean[1], 0.6, 0.8);
        Assert.Equal([0.5], line.Numeric.Mean);

        // So that it hardly knows the line.
        Trial AskMostlyOthers(int i)
        {
            Trial trial = source.Ask();
            while (i > 5 && trial.SuggestCategorical("kind", ["plane", "line", "list", "none"]) == "line")
            {
                source.Tell(trial, TrialState.Failed);
                trial = source.Ask();
            }
            return trial;
        }
    }

    private static Study Open(HyperTune.Samplers.ISampler sampler, bool isDeclared) =>
        Study.Create(new() { Sampler = sampler, Pruner = new NopPruner(), SearchSpace = isDeclared ? Space : null });

    private static void Run(Study study, int trials)
    {
        for (int i = 0; i < trials; i++)
        {
            Trial trial = study.Ask();
            study.Tell(trial, Loss(trial));
        }
    }

    private static double Loss(Trial trial) => trial.SuggestCategorical("kind", ["plane", "line", "list", "none"]) switch
    {
        "plane" => Square(trial.SuggestDouble("x", 0, 1) - 0.2) + Square(trial.SuggestDouble("y", 0, 1) - 0.7),
        "line" => 0.1 + Square(trial.SuggestInt("n", 0, 50) - 13),
        "list" => 0.2 * trial.SuggestCategorical("choice", [1, 2, 3]),
        _ => 0.5,
    };

    private static double Square(double x) => x * x;
}
