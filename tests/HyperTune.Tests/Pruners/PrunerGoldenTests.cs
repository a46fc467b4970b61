using System.Text.Json;
using HyperTune.Pruners;
using HyperTune.Testing;

namespace HyperTune.Tests.Pruners;

[Trait("Category", "Golden")]
public sealed class PrunerGoldenTests
{
    [Fact]
    public void Decisions_equal_the_reference()
    {
        using JsonDocument file = GoldenFile.Open("golden/pruners.json");
        IPruner[] pruners = [.. file.RootElement.GetProperty("stateless_configs").EnumerateArray().Select(Create)];
        Assert.Equal(23, pruners.Length);
        int decisions = 0, prunes = 0, scenario = 0;
        foreach (JsonElement element in file.RootElement.GetProperty("stateless_scenarios").EnumerateArray())
        {
            var replay = new GoldenReplay(element);
            int position = 0;
            foreach (JsonElement @event in element.GetProperty("events").EnumerateArray())
            {
                if (replay.Apply(@event))
                {
                    string expected = @event[4].GetString()!;
                    for (int index = 0; index < pruners.Length; index++)
                    {
                        bool prune = pruners[index].ShouldPrune(replay.History, replay.Trial(@event[1].GetInt32())).Prune;
                        Assert.True((expected[index] == '1') == prune, $"scenario {scenario}, event {position} {@event.GetRawText()}, configuration {index}: {prune}");
                        decisions++;
                        if (prune) prunes++;
                    }
                }
                position++;
            }
            scenario++;
        }
        Assert.True(decisions > 1000 && prunes > 100, $"{decisions} decisions, {prunes} of them to prune");
    }

    [Fact]
    public void Check_steps_equal_the_reference()
    {
        using JsonDocument file = GoldenFile.Open("golden/pruners.json");
        foreach (JsonElement element in file.RootElement.GetProperty("interval_rule").EnumerateArray())
        {
            long[] steps = [.. element.GetProperty("steps").EnumerateArray().Select(step => step.GetInt64()).Order()];
            bool isCheckStep = CheckSteps.IsCheckStep(steps, element.GetProperty("n_warmup_steps").GetInt64(), element.GetProperty("interval_steps").GetInt64());
            Assert.True(element.GetProperty("check_here").GetBoolean() == isCheckStep, element.GetRawText());
        }
    }

    private static IPruner Create(JsonElement config)
    {
        JsonElement options = config[1];
        int Option(string name, int otherwise) => options.TryGetProperty(name, out JsonElement value) ? value.GetInt32() : otherwise;
        double Number(string name, double otherwise) => options.TryGetProperty(name, out JsonElement value) ? value.Number() : otherwise;
        int warmup = Option("n_warmup_steps", 0), interval = Option("interval_steps", 1), startup = Option("n_startup_trials", 5), least = Option("n_min_trials", 1);
        return config[0].GetString() switch
        {
            "nop" => new NopPruner(),
            "median" => new MedianPruner(new() { StartupTrials = startup, WarmupSteps = warmup, IntervalSteps = interval, MinTrials = least }),
            "percentile" => new PercentilePruner(new()
            {
                Percentile = Number("percentile", double.NaN),
                StartupTrials = startup,
                WarmupSteps = warmup,
                IntervalSteps = interval,
                MinTrials = least,
            }),
            "threshold" => new ThresholdPruner(new()
            {
                Lower = Number("lower", double.NegativeInfinity),
                Upper = Number("upper", double.PositiveInfinity),
                WarmupSteps = warmup,
                IntervalSteps = interval,
            }),
            "patient" => new PatientPruner(new()
            {
                Patience = Option("patience", -1),
                MinDelta = Number("min_delta", 0),
                Pruner = options.TryGetProperty("wrapped", out JsonElement inner) ? Create(inner) : null,
            }),
            string other => throw new NotSupportedException($"There is no pruner for '{other}'."),
            null => throw new NotSupportedException("A configuration without a kind."),
        };
    }
}
