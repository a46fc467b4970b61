using System.Text.Json;
using HyperTune.Testing;

namespace HyperTune.Tests.Importance;

/// <summary>Importances beside reference results: PED-ANOVA to the last digits, forests within what their seeds differ.</summary>
[Trait("Category", "Golden")]
public sealed class ImportanceGoldenTests
{
    private const double Tolerance = 1e-9;
    private const int Seeds = 8;

    [Fact]
    public void PedAnova_agrees() => Each("cases", 7, (entry, scenario, what) =>
    {
        // The reference gives nothing for one trial, which here is an error.
        if (scenario.Trials.Count < 2)
        {
            Assert.All(entry.GetProperty("ped_anova").EnumerateArray(), expected => Assert.All(expected.GetProperty("raw").EnumerateObject(), raw => Assert.Equal(0, raw.Value.Number())));
            Assert.Throws<InvalidOperationException>(() => ParameterImportances.Of(scenario.Build()));
            return;
        }
        foreach (JsonElement expected in entry.GetProperty("ped_anova").EnumerateArray())
        {
            PedAnovaImportance evaluator = PedAnova(expected.GetProperty("options"));
            Compare(expected.GetProperty("raw"), scenario, new() { Evaluator = evaluator, IsNormalized = false }, $"{what}, {evaluator}");
            Compare(expected.GetProperty("normalized"), scenario, new() { Evaluator = evaluator }, $"{what}, {evaluator}, normalized");
        }
    });

    [Fact]
    public void PedAnova_agrees_on_conditional_parameters() => Each("conditional", 2, (entry, scenario, what) =>
        Compare(entry.GetProperty("ped_anova_raw"), scenario, new() { IsNormalized = false }, what));

    [Fact]
    public void PedAnova_agrees_on_several_objectives() => Each("multi_objective", 2, (entry, scenario, what) =>
        Compare(entry.GetProperty("ped_anova_raw"), scenario, new() { IsNormalized = false }, what));

    [Fact]
    public void Fanova_agrees() => Forests("fanova", seed => new FanovaImportance { Seed = seed, IsScaleAware = false });

    [Fact]
    public void Mean_decrease_of_impurity_agrees() => Forests("mdi", seed => new MeanDecreaseImpurityImportance { Seed = seed });

    private static void Forests(string list, Func<ulong, ImportanceEvaluator> evaluator)
    {
        int compared = 0;
        Each("cases", 7, (entry, scenario, what) =>
        {
            if (!entry.TryGetProperty(list, out JsonElement expected)) return;
            compared++;
            ParameterImportances[] results =
                [.. Enumerable.Range(0, Seeds).Select(seed => ParameterImportances.Of(scenario.Build(), new() { Evaluator = evaluator((ulong)seed), IsNormalized = false }))];
            foreach (JsonProperty parameter in expected.EnumerateObject())
            {
                double mean = results.Average(result => result[parameter.Name]);
                // The rule of the file.
                double allowed = Math.Max(0.03, 6 * parameter.Value.GetProperty("std_over_seeds").Number());
                Assert.True(Math.Abs(mean - parameter.Value.GetProperty("mean").Number()) <= allowed, $"{what}, {parameter.Name}: {parameter.Value.GetProperty("mean")} expected, got {mean}.");
            }
        });
        Assert.Equal(5, compared);
    }

    private static void Compare(JsonElement expected, HistoryScenario scenario, ImportanceOptions options, string what)
    {
        ParameterImportances actual = ParameterImportances.Of(scenario.Build(), options);
        Assert.Equal(expected.EnumerateObject().Count(), actual.Count);
        foreach (JsonProperty parameter in expected.EnumerateObject())
        {
            // Raw numbers are small: relative to themselves.
            double value = parameter.Value.Number();
            GoldenFile.Close(value, actual[parameter.Name], Tolerance * Math.Abs(value), $"{what}, {parameter.Name}");
        }
    }

    private static void Each(string list, int expected, Action<JsonElement, HistoryScenario, string> check)
    {
        using JsonDocument golden = GoldenFile.Open("golden/importance.json");
        int cases = 0;
        foreach (JsonElement entry in golden.RootElement.GetProperty(list).EnumerateArray()) check(entry, Scenario(entry), $"{list} {cases++}");
        Assert.Equal(expected, cases);
    }

    private static PedAnovaImportance PedAnova(JsonElement options)
    {
        var evaluator = new PedAnovaImportance();
        foreach (JsonProperty option in options.EnumerateObject())
        {
            evaluator = option.Name switch
            {
                "target_quantile" => evaluator with { TargetQuantile = option.Value.Number() },
                "region_quantile" => evaluator with { RegionQuantile = option.Value.Number() },
                "evaluate_on_local" => evaluator with { IsLocal = option.Value.GetBoolean() },
                _ => throw new InvalidDataException($"Unknown option {option.Name}."),
            };
        }
        return evaluator;
    }

    private static HistoryScenario Scenario(JsonElement entry)
    {
        IEnumerable<JsonElement> directions = entry.TryGetProperty("directions", out JsonElement several) ? several.EnumerateArray() : [entry.GetProperty("direction")];
        var scenario = new HistoryScenario([.. directions.Select(direction => Enum.Parse<Direction>(direction.GetString()!, ignoreCase: true))]);
        (string Name, Distribution Distribution)[] space = [.. entry.GetProperty("space").EnumerateArray().Select(item => (item.GetProperty("name").GetString()!, Read(item)))];
        foreach (JsonElement trial in entry.GetProperty("trials").EnumerateArray())
        {
            var parameters = new List<Parameter>();
            for (int i = 0; i < space.Length; i++)
            {
                JsonElement given = trial[0];
                if (given.ValueKind == JsonValueKind.Array ? i < given.GetArrayLength() : given.TryGetProperty(space[i].Name, out _))
                {
                    JsonElement value = given.ValueKind == JsonValueKind.Array ? given[i] : given.GetProperty(space[i].Name);
                    parameters.Add(new(space[i].Name, space[i].Distribution, space[i].Distribution.ToInternal(External(value))));
                }
            }
            scenario.Add(new() { Parameters = parameters, Values = trial[1].ValueKind == JsonValueKind.Array ? trial[1].Numbers() : [trial[1].Number()] });
        }
        return scenario;
    }

    private static object? External(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => value.GetString(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => value.Number(),
    };

    private static Distribution Read(JsonElement item) => item.GetProperty("type").GetString() switch
    {
        "float" => new FloatDistribution(item.GetProperty("low").Number(), item.GetProperty("high").Number(), item.GetProperty("log").GetBoolean(),
            item.GetProperty("step") is { ValueKind: JsonValueKind.Number } step ? step.Number() : null),
        "int" => new IntDistribution(item.GetProperty("low").GetInt64(), item.GetProperty("high").GetInt64(), item.GetProperty("log").GetBoolean(), item.GetProperty("step").GetInt64()),
        _ => new CategoricalDistribution(item.GetProperty("choices").EnumerateArray().Select(External)),
    };
}
