using System.Text.Json;
using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Pruners;

[Trait("Category", "Golden")]
public sealed class PrunerGoldenTests
{
    [Fact]
    public void Decisions_equal_the_reference()
    {
        using JsonDocument file = GoldenFile.Open("golden/pruners.json");
        (int Index, IPruner Pruner)[] pruners = [.. file.RootElement.GetProperty("stateless_configs").EnumerateArray()
            .Select((config, index) => (index, Create(config)))
            .Where(entry => entry.Item2 is not null)
            .Select(entry => (entry.index, entry.Item2!))];
        Assert.Equal(14, pruners.Length);
        int decisions = 0, prunes = 0, scenario = 0;
        foreach (JsonElement element in file.RootElement.GetProperty("stateless_scenarios").EnumerateArray())
        {
            var replay = new Replay(element.GetProperty("direction").GetString() == "maximize" ? Direction.Maximize : Direction.Minimize);
            int position = 0;
            foreach (JsonElement @event in element.GetProperty("events").EnumerateArray())
            {
                string? expected = replay.Apply(@event);
                if (expected is not null)
                {
                    foreach ((int index, IPruner pruner) in pruners)
                    {
                        bool prune = pruner.ShouldPrune(replay.History, replay.Trial(@event[1].GetInt32())).Prune;
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

    private static IPruner? Create(JsonElement config)
    {
        JsonElement options = config[1];
        int Option(string name, int otherwise) => options.TryGetProperty(name, out JsonElement value) ? value.GetInt32() : otherwise;
        var median = new MedianPrunerOptions
        {
            StartupTrials = Option("n_startup_trials", 5),
            WarmupSteps = Option("n_warmup_steps", 0),
            IntervalSteps = Option("interval_steps", 1),
            MinTrials = Option("n_min_trials", 1),
        };
        return config[0].GetString() switch
        {
            "nop" => new NopPruner(),
            "median" => new MedianPruner(median),
            "percentile" => new PercentilePruner(new()
            {
                Percentile = options.GetProperty("percentile").GetDouble(),
                StartupTrials = median.StartupTrials,
                WarmupSteps = median.WarmupSteps,
                IntervalSteps = median.IntervalSteps,
                MinTrials = median.MinTrials,
            }),
            _ => null,
        };
    }

    /// <summary>A study that grows event by event.</summary>
    private sealed class Replay(Direction direction)
    {
        private readonly HistoryBuilder _builder = new(new StudyRecord { Id = new StudyId(1), Name = "golden", Directions = [direction] });
        private readonly Dictionary<int, TrialBuffer> _running = [];

        public StudyHistory History => _builder.Current;

        public TrialContext Trial(int number) => new(_running[number], 0, ParameterSet.Empty);

        /// <summary>Takes over an event; gives the expected decisions of a report.</summary>
        public string? Apply(JsonElement @event)
        {
            int number = @event[1].GetInt32();
            switch (@event[0].GetString())
            {
                case "ask":
                    _running.Add(number, new TrialBuffer(new TrialRecord { Id = new TrialId(number + 1), Number = number, State = TrialState.Running }));
                    return null;
                case "report":
                    _running[number].TryAddReport(@event[2].GetInt64(), @event[3].Number());
                    return @event[4].GetString();
                default:
                    TrialState state = @event[2].GetString() switch { "complete" => TrialState.Complete, "pruned" => TrialState.Pruned, _ => TrialState.Failed };
                    TrialRecord record = _running[number].ToRecord() with { State = state, Values = state == TrialState.Complete ? [0] : [] };
                    _running.Remove(number);
                    _builder.Apply(new StudyDelta { Cursor = StudyCursor.Start, Trials = [record] });
                    return null;
            }
        }
    }
}
