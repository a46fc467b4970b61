using CsCheck;
using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Spaces;
using HyperTune.Testing;

namespace HyperTune.Tests.Spaces;

public sealed class SpaceTreeTests
{
    private static readonly string[] Optimizers = ["sgd", "adam", "lion"];

    private static readonly SearchSpace Training = SearchSpace.Empty
        .AddDouble("rate", 1e-4, 1, log: true)
        .AddCategorical("optimizer", Optimizers)
        .AddDouble("momentum", 0, 1, when: ("optimizer", ["sgd"]));

    // Names in random order, so that it is not the order of suggestion; parents have few values, so that all can be enumerated.
    private static readonly Gen<SearchSpace> Spaces = Gen.Select(Gen.Shuffle(Enumerable.Range(0, 6).Select(i => $"p{i}").ToArray()), Gen.Select(Gen.Int[0, 4], Gen.Int[-3, 5], Gen.Int[1, 7]).Array[1, 6])
        .Select(SpaceOf);

    [Fact]
    public void Branches_OfAFlatSpace_IsOneWithAll()
    {
        SearchSpace space = SearchSpace.Empty.AddInt("n", 1, 1_000_000).AddDouble("x", 0, 1).AddCategorical("only", ["a"]);

        SpaceBranch branch = Assert.Single(new SpaceTree(space).Branches);

        Assert.Equal(space.WithoutSingle(), branch.Space);
        Assert.Equal(["only"], branch.Fixed.Names);
        Assert.Null(branch.AllowedOf("n"));
        Assert.Empty(Assert.Single(new SpaceTree(SearchSpace.Empty).Branches).Space);
    }

    [Fact]
    public void Branches_MergeValuesUnderWhichTheSameIsActive()
    {
        var tree = new SpaceTree(Training);

        Assert.Equal(2, tree.Branches.Count);
        (SpaceBranch sgd, SpaceBranch others) = (tree.Branches[0], tree.Branches[1]);
        Assert.Equal(["rate", "momentum"], sgd.Space.Select(parameter => parameter.Name));
        Assert.Equal(0, Assert.Single(sgd.Fixed).Value);
        Assert.Equal(["rate", "optimizer"], others.Space.Select(parameter => parameter.Name));
        Assert.Empty(others.Fixed);
        Assert.Equal([1, 2], others.AllowedOf("optimizer")!);
        Assert.All(tree.Branches, (branch, i) => Assert.Equal(i, branch.Index));
        Assert.DoesNotContain(tree.Branches, branch => branch.Space.IsConditional);
    }

    [Fact]
    public void Branches_OfNestedAndIndependentParents_AreProducts()
    {
        SearchSpace space = SearchSpace.Empty
            .AddInt("layers", 1, 3)
            .AddInt("units2", 1, 9, when: ("layers", [2, 3]))
            .AddInt("units3", 1, 9, when: ("layers", [3]))
            .AddCategorical("drops", [true, false], when: ("units2", [9]))
            .AddDouble("rate", 0, 1, when: ("drops", [true]))
            .AddCategorical("augments", [true, false])
            .AddDouble("angle", 0, 90, when: ("augments", [true]));

        // One layer; two and three, each without drops, with drops false, and with drops true; all that with and without an angle.
        Assert.Equal(2 * (1 + (2 * 3)), new SpaceTree(space).Branches.Count);
        var half = new SpaceTree(SearchSpace.Create(space.Take(5)));
        Assert.Equal(1 + (2 * 3), half.Branches.Count);
        Assert.Equal(["layers", "units2", "units3", "drops", "rate"], half.Branches[^2].Fixed.Names.Concat(half.Branches[^2].Space.Select(p => p.Name)).OrderBy(space.IndexOf));
    }

    [Fact]
    public void Branches_OfMoreThanTheMost_AreNone()
    {
        Assert.Equal(SpaceTree.MostBranches, new SpaceTree(Stairs(SpaceTree.MostBranches)).Branches.Count);
        Assert.Empty(new SpaceTree(Stairs(SpaceTree.MostBranches + 1)).Branches);
        Assert.Empty(new SpaceTree(SearchSpace.Empty.AddInt("n", 1, 5000).AddInt("child", 1, 2, when: ("n", [3]))).Branches);
    }

    [Fact]
    public void BranchOf_NeedsAllParametersWithAllowedValues()
    {
        var tree = new SpaceTree(Training);

        Assert.Same(tree.Branches[0], tree.BranchOf(Set(("rate", 0.1), ("optimizer", 0), ("momentum", 0.5), ("more", 1))));
        Assert.Same(tree.Branches[1], tree.BranchOf(Set(("optimizer", 2), ("rate", 0.1), ("momentum", 0.5))));
        Assert.Null(tree.BranchOf(Set(("rate", 0.1), ("optimizer", 0))));
        Assert.Null(tree.BranchOf(Set(("optimizer", 1))));
        Assert.Null(tree.BranchOf(Set(("rate", 7), ("optimizer", 1))));

        static ParameterSet Set(params (string Name, double Value)[] values) =>
            ParameterSet.Of(values.Select(entry => new Parameter(entry.Name, Training.TryGet(entry.Name, out var known) ? known.Distribution : new FloatDistribution(0, 9), entry.Value)));
    }

    [Fact]
    public void BranchOf_EachPointOfASpace_IsWhereItsParametersAreActive() => Spaces.Sample(space =>
    {
        var tree = new SpaceTree(space);
        if (tree.Branches.Count == 0) return;
        foreach (ParameterSet point in PointsOf(space))
        {
            SpaceBranch branch = tree.BranchOf(point)!;
            Assert.Same(branch, Assert.Single(tree.Branches, other => other.IsReachedBy(point)));
            Assert.True(branch.Accepts(space, point));
            Assert.Equal(point.Names.Order(StringComparer.Ordinal), branch.Space.Select(parameter => parameter.Name).Concat(branch.Fixed.Names).Order(StringComparer.Ordinal));
        }
        Assert.Equal(tree.Branches.Count, tree.Branches.Select(branch => string.Join(',', branch.Space.Select(p => p.Name).Concat(branch.Fixed.Names).Order(StringComparer.Ordinal))).Distinct().Count());
    }, iter: 200);

    [Fact]
    public void Branch_KeepsToItsValues()
    {
        SearchSpace space = SearchSpace.Empty.AddInt("n", 1, 9).AddCategorical("kind", ["a", "b", "c"])
            .AddDouble("x", 0, 1, when: ("n", [4, 7])).AddInt("m", 1, 3, when: ("kind", ["b"]));
        var random = RandomStream.Create(1, 0, "test");

        // n in {4, 7} and kind in {a, c}.
        SpaceBranch branch = Assert.Single(new SpaceTree(space).Branches, branch => branch.Space.Contains("x") && !branch.Space.Contains("m"));

        Assert.Equal([4, 4, 4, 7, 7], new double[] { 1, 4, 5, 6, 9 }.Select(value => branch.Allow("n", value, random)));
        Assert.Equal([0, 2], Enumerable.Range(0, 20).Select(_ => branch.Allow("kind", 1, random)).Distinct().Order());
        Assert.Equal(0.25, branch.Allow("x", 0.25, random));
        Assert.Equal(double.PositiveInfinity, branch.Size);
        Assert.Equal([14, 3 * 7, double.PositiveInfinity, double.PositiveInfinity], new SpaceTree(space).Branches.Select(other => other.Size).Order());
        Assert.True(branch.Accepts(space, Given("n", 7)));
        Assert.True(branch.Accepts(space, Given("elsewhere", 7)));
        Assert.False(branch.Accepts(space, Given("n", 1)));
        Assert.False(branch.Accepts(space, Given("m", 1)));
        Assert.Equal(branch, new SpaceTree(space).Branches[branch.Index]);
        Assert.All(new SpaceTree(space).Branches, other => Assert.Equal(other.Index == branch.Index, other.Equals(branch)));

        static ParameterSet Given(string name, double value) => ParameterSet.Of([new(name, new IntDistribution(1, 9), value)]);
    }

    [Fact]
    public void Of_PrefersTheDeclaredSpace()
    {
        StudyHistory history = new HistoryScenario { DeclaredSpace = Training }.Build();

        Assert.Same(Training, SpaceTree.Of(history).Space);
        Assert.Same(SpaceTree.Of(history), SpaceTree.Of(history));
    }

    [Fact]
    public void Of_TrialsThatShowEachPoint_GivesTheBranchesOfTheSpaceBehindThem() => Gen.Select(Spaces, Gen.Int).Sample((space, seed) =>
    {
        HistoryScenario scenario = ScenarioOf(PointsOf(space), new Random(seed));

        SpaceTree inferred = SpaceTree.Of(scenario.Build());

        Assert.Equal(Texts(new SpaceTree(space)), Texts(inferred));
    }, iter: 300);

    [Fact]
    public void Of_AnySnapshot_DependsOnItsTrialsAloneAndNotOnTheirOrder() => Gen.Select(Spaces, Gen.Int).Sample((space, seed) =>
    {
        var random = new Random(seed);
        HistoryScenario scenario = ScenarioOf(PointsOf(space).Take(40), random);
        IReadOnlyList<StudyHistory> snapshots = scenario.BuildInParts(seed);
        int[] order = [.. Enumerable.Range(0, snapshots.Count)];
        random.Shuffle(order);

        foreach (int i in order)
        {
            var alone = new HistoryScenario();
            foreach (TrialRecord trial in Rows(snapshots[i]).OrderBy(trial => trial.Number)) alone.Add(new() { Parameters = [.. trial.Parameters] });
            Assert.Equal(SpaceTree.Of(alone.Build()).Space, SpaceTree.Of(snapshots[i]).Space);
        }
    }, iter: 100);

    [Fact]
    public void Of_TrialsThatShowNothingNew_IsTheSameInstance()
    {
        var builder = new HistoryBuilder(new StudyRecord { Id = new StudyId(1), Name = "s", Directions = [Direction.Minimize] });
        TrialRecord[] trials = [.. ScenarioOf(PointsOf(Training).SelectMany(point => Enumerable.Repeat(point, 3)), new Random(1)).Trials];
        StudyHistory before = builder.Apply(new StudyDelta { Cursor = StudyCursor.Start, Trials = trials[..^1] });
        SpaceTree tree = SpaceTree.Of(before);
        StudyHistory after = builder.Apply(new StudyDelta { Cursor = StudyCursor.Start, Trials = trials[^1..] });

        Assert.Same(tree, SpaceTree.Of(after));
        Assert.Same(tree, SpaceTree.Of(before));
    }

    [Fact]
    public void Of_AValueNotSeenYet_HasNoChildren()
    {
        StudyHistory history = ScenarioOf(PointsOf(Training).Where(point => point.Single(p => p.Name == "optimizer").Value < 2), new Random(2)).Build();

        SpaceTree tree = SpaceTree.Of(history);

        Assert.Equal(["optimizer", "rate", "momentum"], tree.Space.Select(parameter => parameter.Name));
        Assert.Equal(Training[2].Condition, tree.Space[2].Condition);
        Assert.Equal([1, 2], tree.Branches[1].AllowedOf("optimizer")!);
    }

    [Fact]
    public void Of_OnlyCompleteTrialsCount()
    {
        HistoryScenario scenario = ScenarioOf(PointsOf(Training), new Random(3));
        scenario.Add(new() { State = TrialState.Pruned, Parameters = [new("rate", Training[0].Distribution, 0.1)], Reports = [(0, 1.0)] });
        scenario.Add(new() { State = TrialState.Failed });

        Assert.Equal(["optimizer", "rate", "momentum"], SpaceTree.Of(scenario.Build()).Space.Select(parameter => parameter.Name));
    }

    [Fact]
    public void Of_WhatNoParentExplains_IsLeftOut()
    {
        // The child goes with the second parent's value in all but one trial, and the double that it does go with is no parent.
        var one = new CategoricalDistribution(["a", "b"]);
        var scenario = new HistoryScenario();
        for (int i = 0; i < 8; i++)
        {
            Parameter[] roots = [new("first", one, i % 2), new("x", new FloatDistribution(0, 1), i < 5 ? 0 : 1), new("second", one, i / 4)];
            scenario.Add(new() { Parameters = i < 5 ? [.. roots, new("child", one, 0)] : roots });
        }

        SpaceTree tree = SpaceTree.Of(scenario.Build());

        Assert.Equal(["first", "second", "x"], tree.Space.Select(parameter => parameter.Name));
        Assert.Single(tree.Branches);
    }

    [Fact]
    public void Of_AParentSuggestedAfterwards_IsNone()
    {
        var flag = new CategoricalDistribution([false, true]);
        var scenario = new HistoryScenario();
        scenario.Add(new() { Parameters = [new("child", flag, 0), new("parent", flag, 1)] });
        scenario.Add(new() { Parameters = [new("parent", flag, 1), new("child", flag, 1)] });
        scenario.Add(new() { Parameters = [new("parent", flag, 0)] });

        Assert.Equal(["parent"], SpaceTree.Of(scenario.Build()).Space.Select(parameter => parameter.Name));
    }

    [Fact]
    public void Of_AParameterWhoseDistributionChanges_IsLeftOutWithItsChildren()
    {
        StudyHistory history = ScenarioOf(PointsOf(Training), new Random(4)).Add(new()
        {
            Parameters = [new("rate", new FloatDistribution(0, 1), 0.1), new("optimizer", new CategoricalDistribution(Optimizers), 1)],
        }).Build();

        Assert.Equal(["optimizer", "momentum"], SpaceTree.Of(history).Space.Select(parameter => parameter.Name));

        var clash = new HistoryScenario();
        foreach (ParameterSet point in PointsOf(Training))
        {
            clash.Add(new() { Parameters = [.. point.Select(p => p.Name == "optimizer" ? new("optimizer", new IntDistribution(0, (long)p.Value + 2), p.Value) : p)] });
        }
        Assert.Equal(["rate"], SpaceTree.Of(clash.Build()).Space.Select(parameter => parameter.Name));
    }

    [Fact]
    public void Of_StoredChoicesThatAreEqual_AreNoParent()
    {
        var equal = (CategoricalDistribution)Distribution.Parse("{\"name\": \"CategoricalDistribution\", \"attributes\": {\"choices\": [1, true]}}");
        var scenario = new HistoryScenario();
        scenario.Add(new() { Parameters = [new("parent", equal, 0), new("child", equal, 0)] });
        scenario.Add(new() { Parameters = [new("parent", equal, 1)] });

        Assert.Equal(["parent"], SpaceTree.Of(scenario.Build()).Space.Select(parameter => parameter.Name));
    }

    [Fact]
    public void Of_MoreSetsOfNamesThanCanBeTold_KeepsWhatAllTrialsHave()
    {
        var flag = new CategoricalDistribution([false, true]);
        var scenario = new HistoryScenario();
        for (int i = 0; i < 128; i++)
        {
            var parameters = new List<Parameter> { new("root", flag, i % 2) };
            for (int bit = 0; bit < 7; bit++)
            {
                parameters.Add(new($"has{bit}", flag, (i >> bit) & 1));
                if (((i >> bit) & 1) != 0) parameters.Add(new($"of{bit}", flag, 0));
            }
            scenario.Add(new() { Parameters = parameters });
        }

        SpaceTree tree = SpaceTree.Of(scenario.Build());

        Assert.Equal(["has0", "has1", "has2", "has3", "has4", "has5", "has6", "root"], tree.Space.Select(parameter => parameter.Name));
        Assert.Equal(tree.Space, SpaceTree.Of(scenario.BuildInParts(5)[^1]).Space);
    }

    private static SearchSpace SpaceOf(string[] names, (int Kind, int Parent, int Values)[] shapes)
    {
        SearchSpace space = SearchSpace.Empty;
        for (int i = 0; i < shapes.Length; i++)
        {
            (int kind, int parent, int values) = shapes[i];
            ParameterCondition? when = null;
            if (parent >= 0 && parent < i && space[parent].Distribution is not FloatDistribution)
            {
                Distribution distribution = space[parent].Distribution;
                double[] of = [.. Enumerable.Range(0, (int)distribution.GridSize!.Value).Where(k => ((values >> k) & 1) != 0).Select(k => distribution.GridValue(k))];
                if (of.Length > 0) when = new(space[parent].Name, of.Select(distribution.ToExternal));
            }
            space = kind switch
            {
                0 => space.AddDouble(names[i], 0, 1, when: when),
                1 => space.AddInt(names[i], 4, 4, when: when),
                2 => space.AddInt(names[i], -1, 1, when: when),
                3 => space.AddCategorical(names[i], [true, false], when),
                _ => space.AddCategorical<object?>(names[i], ["a", null, 3], when),
            };
        }
        return space;
    }

    /// <summary>All points of a space, with one value for each double.</summary>
    private static List<ParameterSet> PointsOf(SearchSpace space)
    {
        List<ParameterSet> points = [ParameterSet.Empty];
        foreach (SearchSpaceParameter parameter in space)
        {
            double[] values = parameter.Distribution is FloatDistribution ? [0.5] : [.. Enumerable.Range(0, (int)parameter.Distribution.GridSize!.Value).Select(k => parameter.Distribution.GridValue(k))];
            points = [.. points.SelectMany(point => space.IsActive(parameter.Name, name => point.TryGetValue(name, out double value) ? value : null)
                ? values.Select(value => point.With(parameter.Name, parameter.Distribution, value))
                : [point])];
        }
        return points;
    }

    private static HistoryScenario ScenarioOf(IEnumerable<ParameterSet> points, Random random)
    {
        ParameterSet[] shuffled = [.. points];
        random.Shuffle(shuffled);
        var scenario = new HistoryScenario();
        foreach (ParameterSet point in shuffled) scenario.Add(new() { Parameters = [.. point] });
        return scenario;
    }

    private static IEnumerable<TrialRecord> Rows(StudyHistory history)
    {
        for (int row = 0; row < history.Count; row++) yield return history[row];
    }

    private static SearchSpace Stairs(int steps)
    {
        SearchSpace space = SearchSpace.Empty.AddInt("n", 1, steps);
        for (int i = 2; i <= steps; i++) space = space.AddDouble($"x{i}", 0, 1, when: ("n", [.. Enumerable.Range(i, steps - i + 1).Cast<object?>()]));
        return space;
    }

    /// <summary>The branches in words, whatever their order and that of the parameters.</summary>
    private static IEnumerable<string> Texts(SpaceTree tree) => tree.Branches.Select(branch => string.Join("; ", branch.Space
        .Select(parameter => $"{parameter.Name} {parameter.Distribution} of {string.Join(',', branch.AllowedOf(parameter.Name) ?? [])}")
        .Concat(branch.Fixed.Select(parameter => $"{parameter.Name} = {parameter.Value}"))
        .Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal);
}
