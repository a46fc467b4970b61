using System.Text;
using System.Text.Json;
using HyperTune.Numerics;
using HyperTune.Pruners;
using HyperTune.Pruners.Rungs;
using HyperTune.Testing;

namespace HyperTune.Tests.Pruners;

[Trait("Category", "Golden")]
public sealed class RungGoldenTests
{
    [Fact]
    public void Successive_halving_decides_and_notes_as_the_reference() =>
        Replay("successive_halving", options => new SuccessiveHalvingPruner(new()
        {
            MinResource = Option(options, "min_resource"),
            ReductionFactor = Option(options, "reduction_factor") ?? 4,
            EarlyStoppingRate = Option(options, "min_early_stopping_rate") ?? 0,
            BootstrapTrials = Option(options, "bootstrap_count") ?? 0,
        }));

    [Fact]
    public void Hyperband_decides_and_notes_as_the_reference() => Replay("hyperband", Hyperband);

    [Fact]
    public void Hyperband_assigns_brackets_as_the_reference()
    {
        using JsonDocument file = GoldenFile.Open("golden/pruners.json");
        foreach (JsonElement scenario in file.RootElement.GetProperty("hyperband").EnumerateArray())
        {
            var brackets = new BracketPlan(scenario.GetProperty("n_brackets").GetInt32(), Option(scenario.GetProperty("options"), "reduction_factor") ?? 3, BracketAssignment.Hash);
            Assert.Equal(Numbers(scenario, "trial_allocation_budgets"), Enumerable.Range(0, brackets.Count).Select(i => (int)brackets.BudgetOf(i)));
            int[] expected = Numbers(scenario, "bracket_ids");
            Assert.Equal(expected, Enumerable.Range(0, expected.Length).Select(number => brackets.BracketOf(scenario.GetProperty("study_name").GetString()!, number)));
        }
    }

    [Fact]
    public void Brackets_are_counted_exactly_and_as_the_reference_does()
    {
        using JsonDocument file = GoldenFile.Open("golden/pruners.json");
        int differing = 0;
        foreach (JsonElement element in file.RootElement.GetProperty("hyperband_brackets").EnumerateArray())
        {
            long min = element.GetProperty("min_resource").GetInt64(), max = element.GetProperty("max_resource").GetInt64();
            int eta = element.GetProperty("reduction_factor").GetInt32(), reference = element.GetProperty("n_brackets_reference").GetInt32();
            int exact = element.GetProperty("n_brackets_exact_integer_log").GetInt32();
            Assert.Equal(exact, BracketPlan.CountOf(min, max, eta));
            Assert.Equal(reference, BracketPlan.FloatingCountOf(min, max, eta));
            if (exact != reference) differing++;
            var brackets = new BracketPlan(reference, eta, BracketAssignment.Hash);
            Assert.Equal(Numbers(element, "budgets"), Enumerable.Range(0, reference).Select(i => (int)brackets.BudgetOf(i)));
            string name = element.GetProperty("study_name").GetString()!;
            Assert.Equal(Numbers(element, "bracket_ids_of_trials_0_to_29"), Enumerable.Range(0, 30).Select(number => brackets.BracketOf(name, number)));
        }
        Assert.True(differing > 0);
    }

    [Fact]
    public void Checks_of_texts_equal_the_reference()
    {
        using JsonDocument file = GoldenFile.Open("golden/pruners.json");
        foreach (JsonElement element in file.RootElement.GetProperty("crc32").EnumerateArray())
        {
            Assert.Equal(element.GetProperty("utf8_crc32").GetUInt32(), Crc32.Of(Encoding.UTF8.GetBytes(element.GetProperty("text").GetString()!)));
        }
    }

    private static void Replay(string section, Func<JsonElement, IPruner> create)
    {
        using JsonDocument file = GoldenFile.Open("golden/pruners.json");
        int decisions = 0, prunes = 0, notes = 0, scenario = 0;
        foreach (JsonElement element in file.RootElement.GetProperty(section).EnumerateArray())
        {
            IPruner pruner = create(element.GetProperty("options"));
            var replay = new GoldenReplay(element);
            int position = -1;
            foreach (JsonElement @event in element.GetProperty("events").EnumerateArray())
            {
                position++;
                if (!replay.Apply(@event)) continue;
                int number = @event[1].GetInt32();
                AttributeSet former = replay.Trial(number).SystemAttributes;
                PruneDecision decision = replay.Judge(pruner, number);
                string where = $"{section} {scenario}, event {position} {@event.GetRawText()}: {decision}";
                Assert.True(@event[4].GetBoolean() == decision.Prune, where);
                AttributeSet latest = replay.Trial(number).SystemAttributes;
                Assert.True(@event[5].GetArrayLength() == Rungs(latest) - Rungs(former), where);
                foreach (JsonElement rung in @event[5].EnumerateArray())
                {
                    Assert.True(latest[$"completed_rung_{rung[0].GetInt32()}"].AsDouble() == rung[1].Number(), where);
                    notes++;
                }
                // The same question has the same answer.
                Assert.Equal(decision, replay.Judge(pruner, number));
                decisions++;
                if (decision.Prune) prunes++;
            }
            scenario++;
        }
        Assert.True(decisions > 500 && prunes > 50 && notes > 200, $"{decisions} decisions, {prunes} of them to prune, {notes} notes");
    }

    private static int Rungs(AttributeSet notes) => notes.Keys.Count(key => key.StartsWith("completed_rung_", StringComparison.Ordinal));

    private static HyperbandPruner Hyperband(JsonElement options) => new(new()
    {
        MinResource = Option(options, "min_resource") ?? 1,
        MaxResource = Option(options, "max_resource"),
        ReductionFactor = Option(options, "reduction_factor") ?? 3,
        BootstrapTrials = Option(options, "bootstrap_count") ?? 0,
        UseFloatingLogarithm = true,
    });

    private static int? Option(JsonElement options, string name) =>
        options.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;

    private static int[] Numbers(JsonElement element, string name) => [.. element.GetProperty(name).EnumerateArray().Select(value => value.GetInt32())];
}
