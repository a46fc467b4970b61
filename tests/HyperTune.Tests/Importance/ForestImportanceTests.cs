using HyperTune.Importance.Forests;
using HyperTune.Numerics;
using HyperTune.Testing;

namespace HyperTune.Tests.Importance;

public sealed class ForestImportanceTests
{
    [Fact]
    public void Fanova_of_a_sum_gives_the_shares_of_the_variance()
    {
        // Variances 4/12, 1/12 and 0 of 5/12; a forest of 1,000 points is a little off.
        ParameterImportances result = Fanova(ImportanceStudies.OfNumbers(1_000, 3, x => (2 * x[0]) + x[1]));
        Assert.Equal(0.8, result["x0"], 0.03);
        Assert.Equal(0.2, result["x1"], 0.03);
        Assert.Equal(0, result["x2"], 0.005);
    }

    [Fact]
    public void Fanova_of_a_product_of_centred_parameters_is_all_interaction()
    {
        HistoryScenario scenario = ImportanceStudies.OfNumbers(1_000, 3, x => (x[0] - 0.5) * (x[1] - 0.5));
        ParameterInteractions pairs = ParameterInteractions.Of(scenario.Build());
        Assert.Equal(3, pairs.Count);
        Assert.Equal(("x0", "x1"), (pairs[0].First, pairs[0].Second));
        Assert.InRange(pairs["x1", "x0"], 0.85, 1);
        Assert.InRange(pairs["x0", "x2"], 0, 0.05);
        Assert.All(Fanova(scenario), entry => Assert.InRange(entry.Value, 0, 0.07));
    }

    [Fact]
    public void Fanova_of_choices_weighs_each_alike()
    {
        // The value is 1 for one choice of four, which nine tenths of the trials have: p(1 − p) with p = 1/4, and as much again as half of the variance by x.
        var scenario = new HistoryScenario();
        var kinds = new CategoricalDistribution(["a", "b", "c", "d"]);
        for (int i = 0; i < 600; i++)
        {
            var random = RandomStream.Create(4, i, "test");
            double kind = random.NextDouble() < 0.9 ? 2 : random.NextInt(4), x = random.NextDouble();
            scenario.Add(new() { Parameters = [new("kind", kinds, kind), new("x", ImportanceStudies.Unit, x)], Values = [(kind == 2 ? 1 : 0) + (x > 0.5 ? Math.Sqrt(0.75) : 0)] });
        }
        ParameterImportances result = Fanova(scenario);
        Assert.Equal(0.5, result["kind"], 0.03);
        Assert.Equal(0.5, result["x"], 0.03);
    }

    [Fact]
    public void Fanova_measures_over_the_scale_of_a_parameter()
    {
        // The value is 1 in the lower half of the logarithm, which is a thousandth of the plain range: p(1 − p) = 1/4 or nearly 0, beside 1/16 of x.
        var rates = new FloatDistribution(1e-6, 1, log: true);
        var scenario = new HistoryScenario();
        for (int i = 0; i < 500; i++)
        {
            var random = RandomStream.Create(4, i, "test");
            double rate = Math.Pow(10, -6 * random.NextDouble()), x = random.NextDouble();
            scenario.Add(new() { Parameters = [new("rate", rates, rate), new("x", ImportanceStudies.Unit, x)], Values = [(rate < 1e-3 ? 1 : 0) + (x > 0.5 ? 0.5 : 0)] });
        }
        Assert.Equal(0.8, Fanova(scenario)["rate"], 0.03);
        ParameterImportances plain = ParameterImportances.Of(scenario.Build(), new() { Evaluator = new FanovaImportance { IsScaleAware = false }, IsNormalized = false });
        Assert.Equal(0.004 / (0.004 + 0.25), plain["rate"], 0.02);
        Assert.True(plain["x"] > 0.95);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Forests_depend_on_nothing_but_trials_and_seed(bool isFanova)
    {
        ImportanceEvaluator Evaluator(ulong seed) => isFanova ? new FanovaImportance { Trees = 16, Seed = seed } : new MeanDecreaseImpurityImportance { Trees = 16, Seed = seed };
        HistoryScenario scenario = ImportanceStudies.OfNumbers(100, 3, x => x[0] + (x[1] * x[2]));
        var options = new ImportanceOptions { Evaluator = Evaluator(7), IsNormalized = false };
        ParameterImportances expected = ParameterImportances.Of(scenario.Build(), options);
        ImportanceStudies.AssertEqual(expected, ParameterImportances.Of(scenario.BuildInParts(3)[^1], options));
        ImportanceStudies.AssertEqual(expected, ParameterImportances.Of(scenario.Mirrored().Build(), options), 1e-9);
        Assert.NotEqual(expected["x0"], ParameterImportances.Of(scenario.Build(), options with { Evaluator = Evaluator(8) })["x0"]);
    }

    [Fact]
    public void Magnitude_and_shift_of_the_values_play_no_part()
    {
        static double Value(double[] x) => x[0] + (x[1] * x[1]);
        ParameterImportances expected = Fanova(ImportanceStudies.OfNumbers(100, 2, Value));
        ImportanceStudies.AssertEqual(expected, Fanova(ImportanceStudies.OfNumbers(100, 2, x => Math.ScaleB(Value(x), 900))));
        ImportanceStudies.AssertEqual(expected, Fanova(ImportanceStudies.OfNumbers(100, 2, x => 1e6 + Value(x))), 1e-6);
    }

    [Fact]
    public void Impurity_is_shared_out_whole()
    {
        ParameterImportances result = ParameterImportances.Of(ImportanceStudies.OfNumbers(500, 3, x => (2 * x[0]) + x[1]).Build(), new() { Evaluator = new MeanDecreaseImpurityImportance(), IsNormalized = false });
        Assert.Equal(1, result.Sum(entry => entry.Value), 1e-9);
        Assert.Equal(["x0", "x1", "x2"], result.Select(entry => entry.Name));
        Assert.Equal(0.8, result["x0"], 0.05);
        Assert.InRange(result["x2"], 0, 0.03);
    }

    [Fact]
    public void Options_of_trees_are_kept()
    {
        var values = new double[64];
        double[] losses = [.. Enumerable.Range(0, 64).Select(i => { values[i] = i / 63.0; return Math.Sin(i); })];
        RegressionTree[] Trees(int depth, int leaf) => [.. RandomForest.Grow([new ForestFeature(0, values, 0)], losses, 3, depth, leaf, 1)];
        Assert.All(Trees(1, 1), tree => Assert.Equal(3, tree.Nodes.Length));
        Assert.All(Trees(2, 1), tree => Assert.Equal(7, tree.Nodes.Length));
        Assert.All(Trees(64, 10), tree => Assert.InRange(tree.Nodes.Length, 3, 7));
        Assert.All(Trees(64, 40), tree => Assert.Equal(1, tree.Nodes.Length));
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new FanovaImportance { Trees = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FanovaImportance { MaxDepth = 0 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new FanovaImportance { MaxDepth = 1_001 });
        Assert.Throws<ArgumentOutOfRangeException>(() => new MeanDecreaseImpurityImportance { MinLeafTrials = 0 });
    }

    [Fact]
    public void Forests_that_find_no_split_say_so()
    {
        var scenario = new HistoryScenario();
        for (int i = 0; i < 10; i++) scenario.Add(new() { Parameters = [new("x", ImportanceStudies.Unit, 0.5)], Values = [i] });
        foreach (ImportanceEvaluator evaluator in (ImportanceEvaluator[])[new FanovaImportance(), new MeanDecreaseImpurityImportance()])
        {
            var options = new ImportanceOptions { Evaluator = evaluator };
            Assert.Contains("No tree", Assert.Throws<InvalidOperationException>(() => ParameterImportances.Of(scenario.Build(), options)).Message, StringComparison.Ordinal);
        }
    }

    private static ParameterImportances Fanova(HistoryScenario scenario) => ParameterImportances.Of(scenario.Build(), new() { Evaluator = new FanovaImportance(), IsNormalized = false });
}
