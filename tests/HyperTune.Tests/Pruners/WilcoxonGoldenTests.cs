using System.Text.Json;
using HyperTune.Numerics;
using HyperTune.Testing;

namespace HyperTune.Tests.Pruners;

[Trait("Category", "Golden")]
public sealed class WilcoxonGoldenTests
{
    [Fact]
    public void P_values_equal_the_reference()
    {
        using JsonDocument file = GoldenFile.Open("golden/pruners.json");
        int cases = 0;
        foreach (JsonElement element in file.RootElement.GetProperty("wilcoxon_p_values").EnumerateArray())
        {
            int sign = element.GetProperty("alternative").GetString() == "greater" ? 1 : -1;
            double[] differences = [.. element.GetProperty("differences").EnumerateArray().Select(value => sign * value.Number())];
            double expected = element.GetProperty("p_value").Number();
            Assert.Equal(expected, SignedRankTest.PGreater(differences), 1e-12 * expected);
            cases++;
        }
        Assert.Equal(24, cases);
    }

    [Fact]
    public void Decisions_equal_the_reference()
    {
        using JsonDocument file = GoldenFile.Open("golden/pruners.json");
        int prunes = 0, decisions = 0;
        foreach (JsonElement element in file.RootElement.GetProperty("wilcoxon").EnumerateArray())
        {
            JsonElement options = element.GetProperty("options");
            var pruner = new WilcoxonPruner(new()
            {
                Threshold = options.TryGetProperty("p_threshold", out JsonElement p) ? p.GetDouble() : 0.1,
                StartupSteps = options.TryGetProperty("n_startup_steps", out JsonElement steps) ? steps.GetInt32() : 2,
            });
            var scenario = new HistoryScenario(element.GetProperty("direction").GetString() == "maximize" ? Direction.Maximize : Direction.Minimize);
            scenario.Add(new() { Values = [element.GetProperty("best_trial_value").Number()], Reports = [.. element.GetProperty("best_trial_steps").EnumerateArray().Select(Report)] });
            var reports = new List<(long, ObjectiveValues)>();
            foreach (JsonElement report in element.GetProperty("reports_step_value_p_decision").EnumerateArray())
            {
                reports.Add(Report(report));
                bool prune = pruner.ShouldPrune(scenario.Build(), scenario.Context(new() { Reports = reports })).Prune;
                Assert.True(report[3].GetBoolean() == prune, $"{options.GetRawText()}, after {reports.Count} reports: {prune}");
                decisions++;
                if (prune) prunes++;
            }
        }
        Assert.True(decisions > 300 && prunes > 30, $"{decisions} decisions, {prunes} of them to prune");
    }

    private static (long Step, ObjectiveValues Values) Report(JsonElement report) => (report[0].GetInt64(), report[1].Number());
}
