using System.Text.Json;
using HyperTune.History;
using HyperTune.Pareto;
using HyperTune.Samplers.Tpe;
using HyperTune.Testing;

namespace HyperTune.Tests.Samplers.Tpe;

/// <summary>The split into good and bad trials, their weights, and the scores of candidates.</summary>
[Trait("Category", "Golden")]
public sealed class TpeSplitGoldenTests
{
    private const double Tolerance = 1e-9;

    [Fact]
    public void The_default_number_of_good_trials_agrees()
    {
        using var file = GoldenFile.Open("golden/tpe_split.json");
        foreach (JsonElement entry in file.RootElement.GetProperty("gamma").EnumerateArray())
        {
            Assert.Equal(entry.GetProperty("default").GetInt32(), TpeSampler.DefaultGamma(entry.GetProperty("n").GetInt32(), 1));
            Assert.Equal(entry.GetProperty("multi_objective").GetInt32(), TpeSampler.DefaultGamma(entry.GetProperty("n").GetInt32(), 2));
        }
    }

    [Fact]
    public void A_number_of_good_trials_of_ones_own_is_taken()
    {
        using var file = GoldenFile.Open("golden/tpe_split.json");
        JsonElement[] entries = [.. file.RootElement.GetProperty("gamma").EnumerateArray()];
        foreach (JsonElement entry in entries)
            Assert.Equal(entry.GetProperty("hyperopt").GetInt32(), Hyperopt(entry.GetProperty("n").GetInt32()));
        // It is asked with the number of complete and pruned trials, and for nothing else.
        var asked = new List<int>();
        var sampler = new TpeSampler(new()
        {
            StartupTrials = 0,
            // The reference's rule; a rung counts its own.
            PrunedTrials = PrunedTrialUse.ByStep,
            Gamma = n =>
            {
                asked.Add(n);
                return Hyperopt(n);
            },
        });
        var scenario = new HistoryScenario();
        for (int i = 0; i < 12; i++)
        {
            scenario.Add(new() { State = (i % 4) switch { 0 => TrialState.Pruned, 1 => TrialState.Failed, 2 => TrialState.Running, _ => TrialState.Complete } });
            _ = sampler.SampleIndependent(scenario.Build(), scenario.Context(new()), "x", new FloatDistribution(0, 1));
        }
        Assert.Equal([1, 1, 1, 2, 3, 3, 3, 4, 5, 5, 5, 6], asked);

        static int Hyperopt(int n) => Math.Min((int)Math.Ceiling(0.25 * Math.Sqrt(n)), 25);
    }

    [Theory]
    [InlineData("single_objective")]
    [InlineData("multi_objective")]
    public void Good_and_bad_trials_agree(string part)
    {
        using var file = GoldenFile.Open("golden/tpe_split.json");
        int cases = 0;
        foreach (JsonElement entry in file.RootElement.GetProperty(part).EnumerateArray())
        {
            HistoryScenario scenario = Scenario(entry, null);
            int count = entry.GetProperty("n_below").GetInt32();
            int[] below = [.. entry.GetProperty("below").EnumerateArray().Select(number => number.GetInt32())];
            int[] above = [.. entry.GetProperty("above").EnumerateArray().Select(number => number.GetInt32())];
            int seed = cases++;
            // However the trials arrived, and turned round.
            foreach (IReadOnlyList<StudyHistory> snapshots in (IReadOnlyList<StudyHistory>[])[[scenario.Build()], scenario.BuildInParts(seed), scenario.Mirrored().BuildInParts(seed)])
            {
                var ranking = new TpeRanking();
                foreach (StudyHistory snapshot in snapshots) ranking.MoveTo(snapshot);
                StudyHistory last = snapshots[^1];
                int[] good = NumbersOf(ranking, Math.Min(count, ranking.Count)), all = NumbersOf(ranking, ranking.Count);
                if (!below.SequenceEqual(good.Order()) && AreAsGood(last, below, good)) continue;
                Assert.Equal(below, good.Order());
                Assert.Equal(above, last.Running.Select(trial => trial.Number).Concat(all.Except(good)).Order());
            }
        }
        Assert.Equal(60, cases);
    }

    [Fact]
    public void Weights_by_hypervolume_agree()
    {
        using var file = GoldenFile.Open("golden/tpe_split.json");
        int cases = 0;
        foreach (JsonElement entry in file.RootElement.GetProperty("multi_objective").EnumerateArray())
        {
            // Not given where a good trial was pruned.
            if (!entry.TryGetProperty("weights_below_hv_contribution", out JsonElement expected)) continue;
            var ranking = new TpeRanking();
            ranking.MoveTo(Scenario(entry, null).Build());
            int count = entry.GetProperty("below").GetArrayLength();
            int[] numbers = NumbersOf(ranking, count);
            double[] weights = ranking.BestWeights(count).ToArray();
            Array.Sort(numbers, weights);
            AssertClose(expected.Numbers(), weights, $"case {cases++}");
        }
        Assert.Equal(56, cases);
    }

    [Fact]
    public void Scores_of_candidates_agree()
    {
        using var file = GoldenFile.Open("golden/tpe_acquisition.json");
        int cases = 0;
        foreach (JsonElement entry in file.RootElement.GetProperty("cases").EnumerateArray())
        {
            string what = $"case {cases++}";
            SearchSpace space = SearchSpace.Create(entry.GetProperty("space").EnumerateArray().Select(Parameter));
            StudyHistory history = Scenario(entry, space).Build();
            var ranking = new TpeRanking();
            ranking.MoveTo(history);
            double[] candidates = [.. entry.GetProperty("candidates").EnumerateArray().SelectMany(candidate => Internal(space, candidate).Select(parameter => parameter.Value))];
            int count = candidates.Length / space.Count;
            double[] good = new double[count], bad = new double[count];
            // The reference clips joint densities as single ones.
            var model = new TpeModel(space, new TpeSamplerOptions { ClipExponent = 1, ClipLimit = 100 }, history.Directions.Count > 1);
            model.Score(ranking, new(entry.GetProperty("n_below").GetInt32(), history.Running, 0), candidates, good, bad);

            double[] ratio = [.. good.Zip(bad, (l, g) => l - g)];
            AssertClose(entry.GetProperty("log_l").Numbers(), good, $"{what}, log l");
            AssertClose(entry.GetProperty("log_g").Numbers(), bad, $"{what}, log g");
            AssertClose(entry.GetProperty("log_ratio").Numbers(), ratio, $"{what}, ratio");
            Assert.Equal(entry.GetProperty("best_candidate").GetInt32(), Array.IndexOf(ratio, ratio.Max()));
        }
        Assert.Equal(24, cases);
    }

    private static HistoryScenario Scenario(JsonElement entry, SearchSpace? space)
    {
        var scenario = new HistoryScenario([.. entry.GetProperty("directions").EnumerateArray().Select(direction => Enum.Parse<Direction>(direction.GetString()!, ignoreCase: true))]);
        foreach (JsonElement trial in entry.GetProperty("trials").EnumerateArray())
        {
            JsonElement values = trial.GetProperty("values"), constraints = trial.GetProperty("constraints");
            AttributeSet system = AttributeSet.Empty;
            // The form in which several constraints are stored by other programs.
            if (constraints.ValueKind == JsonValueKind.Array) system = system.With("constraints", constraints.Numbers());
            scenario.Add(new()
            {
                Number = trial.TryGetProperty("number", out JsonElement number) ? number.GetInt32() : null,
                State = Enum.Parse<TrialState>(trial.GetProperty("state").GetString()!, ignoreCase: true),
                Values = values.ValueKind == JsonValueKind.Array ? values.Numbers() : [],
                Reports = [.. trial.GetProperty("intermediate").EnumerateArray().Select(report => (report[0].GetInt64(), (ObjectiveValues)report[1].Number()))],
                Parameters = space is null ? [] : Internal(space, trial.GetProperty("params")),
                SystemAttributes = system,
            });
        }
        return scenario;
    }

    /// <summary>Whether both sets have an infinite hypervolume, so that what a further point adds is not told apart.</summary>
    private static bool AreAsGood(StudyHistory history, int[] expected, int[] actual)
    {
        return history.Directions.Count > 1 && expected.Length == actual.Length && HasBoundless(expected) && HasBoundless(actual);

        bool HasBoundless(int[] numbers) =>
            numbers.Any(number => Enumerable.Range(0, history.Directions.Count).Any(k => history.Directions[k].ToLoss(history.Values(k)[history.Numbers.IndexOf(number)]) == double.NegativeInfinity));
    }

    private static int[] NumbersOf(TpeRanking ranking, int count) => Array.ConvertAll(ranking.BestRows(count).ToArray(), row => ranking.History!.Numbers[row]);

    private static Parameter[] Internal(SearchSpace space, JsonElement values) =>
    [
        .. space.Zip(values.EnumerateArray(), (parameter, value) =>
            new Parameter(parameter.Name, parameter.Distribution, parameter.Distribution.ToInternal(value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetDouble()))),
    ];

    private static SearchSpaceParameter Parameter(JsonElement parameter)
    {
        string name = parameter.GetProperty("name").GetString()!;
        if (parameter.GetProperty("type").GetString() == "categorical")
            return new(name, new CategoricalDistribution(parameter.GetProperty("choices").EnumerateArray().Select(choice => (object?)choice.GetString())));
        double low = parameter.GetProperty("low").Number(), high = parameter.GetProperty("high").Number();
        bool isLog = parameter.GetProperty("log").GetBoolean();
        JsonElement step = parameter.GetProperty("step");
        if (parameter.GetProperty("type").GetString() == "int") return new(name, new IntDistribution((long)low, (long)high, isLog, (long)step.Number()));
        return new(name, new FloatDistribution(low, high, isLog, step.ValueKind == JsonValueKind.Null ? null : step.Number()));
    }

    private static void AssertClose(double[] expected, double[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) GoldenFile.Close(expected[i], actual[i], Tolerance, $"{what}[{i}]");
    }
}
