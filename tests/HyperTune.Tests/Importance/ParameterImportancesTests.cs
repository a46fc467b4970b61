using HyperTune.Numerics;
using HyperTune.Testing;

namespace HyperTune.Tests.Importance;

public sealed class ParameterImportancesTests
{
    private static readonly ImportanceEvaluator[] Evaluators = [new PedAnovaImportance(), new FanovaImportance { Trees = 8 }, new MeanDecreaseImpurityImportance { Trees = 8 }];

    [Fact]
    public void A_study_gives_its_importances()
    {
        using var study = Study.Create(new StudyOptions { Sampler = new RandomSampler(new() { Seed = 1 }) });
        study.Optimize(trial => trial.SuggestDouble("x", 0, 1) + (trial.SuggestBool("flag") ? 0.01 : 0) + (0.1 * trial.SuggestInt("n", 1, 3)), new OptimizeOptions { Trials = 200 }, TestContext.Current.CancellationToken);
        ParameterImportances importance = study.Importance();
        Assert.Equal(3, importance.Count);
        Assert.Equal(200, importance.Trials);
        Assert.Equal("x", importance[0].Name);
        Assert.Equal(importance[0].Value, importance["x"]);
        Assert.Equal(3, study.Interactions().Count);
        Assert.Matches("^x 0\\.\\d+, (n|flag) 0\\.\\d+", importance.ToString());
        Assert.Matches("^\\w+ × \\w+ 0\\.\\d+", study.Interactions().ToString());
        Assert.False(importance.TryGetValue("y", out _));
        Assert.Contains("'flag'", Assert.Throws<KeyNotFoundException>(() => importance["y"]).Message, StringComparison.Ordinal);
        Assert.Throws<KeyNotFoundException>(() => study.Interactions()["x", "x"]);
    }

    [Fact]
    public void Only_complete_trials_with_finite_values_count()
    {
        HistoryScenario scenario = ImportanceStudies.OfNumbers(50, 2, x => x[0]);
        foreach (ImportanceEvaluator evaluator in Evaluators)
        {
            var options = new ImportanceOptions { Evaluator = evaluator };
            ParameterImportances expected = ParameterImportances.Of(ImportanceStudies.OfNumbers(50, 2, x => x[0]).Build(), options);
            scenario.Add(new() { State = TrialState.Failed, Parameters = [new("other", ImportanceStudies.Unit, 0.1)] });
            scenario.Add(new() { State = TrialState.Pruned, Values = [-5], Parameters = [new("x0", ImportanceStudies.Unit, 0.9)] });
            scenario.Add(new() { Values = [double.NegativeInfinity], Parameters = [new("x0", ImportanceStudies.Unit, 0.9)] });
            ParameterImportances actual = ParameterImportances.Of(scenario.Build(), options);
            Assert.Equal(50, actual.Trials);
            ImportanceStudies.AssertEqual(expected, actual);
        }
    }

    [Fact]
    public void One_of_several_objectives_is_explained_by_name_or_index()
    {
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Maximize);
        foreach (ScenarioTrial trial in Trials(300)) scenario.Add(trial with { Values = [trial.Parameters[0].Value, trial.Parameters[1].Value] });
        foreach (ImportanceEvaluator evaluator in Evaluators)
        {
            Assert.Equal("x0", ParameterImportances.Of(scenario.Build(), new() { Evaluator = evaluator, Objective = 0 })[0].Name);
            Assert.Equal("x1", ParameterImportances.Of(scenario.Build(), new() { Evaluator = evaluator, Objective = 1 })[0].Name);
        }
        Assert.Throws<ArgumentException>(() => ParameterImportances.Of(scenario.Build(), new() { Objective = 2 }));
        Assert.Throws<ArgumentException>(() => ParameterImportances.Of(scenario.Build(), new() { Objective = "accuracy" }));
        // Both at once: fronts for PED-ANOVA, an error for the others.
        Assert.Equal(2, ParameterImportances.Of(scenario.Build()).Count);
        Assert.Contains("Objective", Assert.Throws<ArgumentException>(() => ParameterImportances.Of(scenario.Build(), new() { Evaluator = Evaluators[1] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_is_explained_in_its_direction()
    {
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Minimize);
        foreach (ScenarioTrial trial in Trials(300)) scenario.Add(trial with { Values = [trial.Parameters[0].Value, trial.Parameters[0].Value] });
        var options = new ImportanceOptions { Target = trial => trial.Parameters[1].Value is var x && x < 0.02 ? double.NaN : x * x, IsNormalized = false };
        foreach (ImportanceEvaluator evaluator in Evaluators)
        {
            ParameterImportances result = ParameterImportances.Of(scenario.Build(), options with { Evaluator = evaluator });
            Assert.Equal("x1", result[0].Name);
            Assert.InRange(result.Trials, 250, 299);
        }
        ParameterImportances mirrored = ParameterImportances.Of(scenario.Build(), options with { Target = trial => -options.Target(trial), TargetDirection = Direction.Maximize });
        ImportanceStudies.AssertEqual(ParameterImportances.Of(scenario.Build(), options), mirrored);
        Assert.Contains("Leave one", Assert.Throws<ArgumentException>(() => ParameterImportances.Of(scenario.Build(), options with { Objective = 0 })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Named_parameters_are_compared_alone()
    {
        HistoryScenario scenario = ImportanceStudies.OfNumbers(100, 4, x => x[0] + x[1]);
        foreach (ImportanceEvaluator evaluator in Evaluators)
            Assert.Equal(["x1", "x3"], ParameterImportances.Of(scenario.Build(), new() { Evaluator = evaluator, Parameters = ["x3", "x1"] }).Select(entry => entry.Name).Order());
        Assert.Equal(("x0", "x1"), (ParameterInteractions.Of(scenario.Build(), new() { Parameters = ["x1", "x0"] })[0].First, "x1"));
        Assert.Contains("'x0', 'x1', 'x2', 'x3'", Assert.Throws<ArgumentException>(() => ParameterImportances.Of(scenario.Build(), new() { Parameters = ["x4"] })).Message, StringComparison.Ordinal);
        Assert.Contains("twice", Assert.Throws<ArgumentException>(() => ParameterImportances.Of(scenario.Build(), new() { Parameters = ["x1", "x1"] })).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => ParameterImportances.Of(scenario.Build(), new() { Parameters = [] }));
    }

    [Fact]
    public void Conditional_parameters_are_left_out_by_forests_unless_named()
    {
        // "deep" exists for half of the trials, "never" for one of them, "alone" for one of the others.
        var scenario = new HistoryScenario();
        foreach (ScenarioTrial trial in Trials(100))
        {
            int number = scenario.Trials.Count;
            List<Parameter> parameters = [trial.Parameters[0]];
            if (number % 2 == 0) parameters.Add(new("deep", ImportanceStudies.Unit, trial.Parameters[1].Value));
            if (number == 1) parameters.Add(new("alone", ImportanceStudies.Unit, 0.5));
            scenario.Add(new() { Parameters = parameters, Values = [trial.Parameters[0].Value + (number % 2 == 0 ? 4 * trial.Parameters[1].Value : 5)] });
        }
        ParameterImportances byDivergence = ParameterImportances.Of(scenario.Build());
        Assert.Equal(3, byDivergence.Count);
        Assert.Empty(byDivergence.Omitted);
        foreach (ImportanceEvaluator evaluator in Evaluators[1..])
        {
            ParameterImportances some = ParameterImportances.Of(scenario.Build(), new() { Evaluator = evaluator });
            Assert.Equal(["alone", "deep"], some.Omitted);
            Assert.Equal((1, 100), (some.Count, some.Trials));
            ParameterImportances named = ParameterImportances.Of(scenario.Build(), new() { Evaluator = evaluator, Parameters = ["x0", "deep"] });
            Assert.Equal("deep", named[0].Name);
            Assert.Equal((2, 50), (named.Count, named.Trials));
            Assert.Empty(named.Omitted);
            var apart = new ImportanceOptions { Evaluator = evaluator, Parameters = ["alone", "deep"] };
            Assert.Contains("'alone', 'deep'", Assert.Throws<InvalidOperationException>(() => ParameterImportances.Of(scenario.Build(), apart)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_cannot_be_explained_is_refused()
    {
        var scenario = new HistoryScenario();
        Refused("0 complete");
        scenario.Add(new() { Values = [1], Parameters = [new("x", ImportanceStudies.Unit, 0.5)] });
        Refused("1 complete");
        scenario.Add(new() { Values = [1], Parameters = [new("x", ImportanceStudies.Unit, 0.6)] });
        Refused("same value");
        scenario = new HistoryScenario().Add(new() { Values = [1] }).Add(new() { Values = [2] });
        Refused("no parameters");
        Assert.Throws<ArgumentNullException>(() => ParameterImportances.Of(null!));

        void Refused(string why)
        {
            foreach (ImportanceEvaluator evaluator in Evaluators)
                Assert.Contains(why, Assert.Throws<InvalidOperationException>(() => ParameterImportances.Of(scenario.Build(), new() { Evaluator = evaluator })).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Interactions_are_measured_by_fanova_alone()
    {
        HistoryScenario scenario = ImportanceStudies.OfNumbers(20, 2, x => x[0]);
        Assert.Contains("FanovaImportance", Assert.Throws<ArgumentException>(() => ParameterInteractions.Of(scenario.Build(), new() { Evaluator = new PedAnovaImportance() })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_parameter_with_one_value_has_none()
    {
        var scenario = new HistoryScenario();
        foreach (ScenarioTrial trial in Trials(40))
            scenario.Add(trial with { Parameters = [trial.Parameters[0], new("single", new IntDistribution(3, 3), 3), new("only", new CategoricalDistribution(["a"]), 0)], Values = [trial.Parameters[0].Value] });
        foreach (ImportanceEvaluator evaluator in Evaluators)
        {
            Assert.Equal("x0 1, only 0, single 0", ParameterImportances.Of(scenario.Build(), new() { Evaluator = evaluator }).ToString());
            // Nothing to share out: equal shares, or zeros.
            var singles = new ImportanceOptions { Evaluator = evaluator, Parameters = ["only", "single"] };
            Assert.Equal("only 0.5, single 0.5", ParameterImportances.Of(scenario.Build(), singles).ToString());
            Assert.Equal("only 0, single 0", ParameterImportances.Of(scenario.Build(), singles with { IsNormalized = false }).ToString());
        }
    }

    private static IEnumerable<ScenarioTrial> Trials(int count) =>
        Enumerable.Range(0, count).Select(number => ImportanceStudies.Numbers(2, _ => 0, RandomStream.Create(2, number, "test")));
}
