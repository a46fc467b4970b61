using System.Text.Json;
using HyperTune.Testing;

namespace HyperTune.Tests.Distributions;

[Trait("Category", "Golden")]
public sealed class StoredDistributionTests
{
    [Fact]
    public void Stored_texts_are_read_and_written_back_byte_for_byte()
    {
        int count = 0;
        foreach (var parameter in Parameters())
        {
            string json = Text(parameter);
            Assert.Equal(json, Distribution.Parse(json).ToJson());
            count++;
        }
        Assert.True(count > 100);
    }

    [Fact]
    public void Stored_ranges_are_as_expected()
    {
        foreach (var parameter in Parameters())
        {
            var expected = parameter.GetProperty("distribution");
            var distribution = Distribution.Parse(Text(parameter));
            switch (expected.GetProperty("kind").GetString())
            {
                case "float":
                    var range = Assert.IsType<FloatDistribution>(distribution);
                    Assert.Equal(expected.GetProperty("low").GetDouble(), range.Low);
                    Assert.Equal(expected.GetProperty("high").GetDouble(), range.High);
                    Assert.Equal(expected.GetProperty("log").GetBoolean(), range.Log);
                    Assert.Equal(expected.GetProperty("step") is { ValueKind: JsonValueKind.Number } step ? step.GetDouble() : null, range.Step);
                    break;
                case "int":
                    var integers = Assert.IsType<IntDistribution>(distribution);
                    Assert.Equal(expected.GetProperty("low").GetInt64(), integers.Low);
                    Assert.Equal(expected.GetProperty("high").GetInt64(), integers.High);
                    Assert.Equal(expected.GetProperty("log").GetBoolean(), integers.Log);
                    Assert.Equal(expected.GetProperty("step").GetInt64(), integers.Step);
                    break;
                default:
                    var choices = Assert.IsType<CategoricalDistribution>(distribution);
                    Assert.Equal(expected.GetProperty("choices").EnumerateArray().Select(External), choices.Choices);
                    break;
            }
        }
    }

    [Fact]
    public void Stored_values_convert_both_ways()
    {
        foreach (var parameter in Parameters())
        {
            var distribution = Distribution.Parse(Text(parameter));
            double internalValue = parameter.GetProperty("internal").GetDouble();
            object? external = External(parameter.GetProperty("value"));
            if (distribution is FloatDistribution && external is long whole) external = (double)whole;

            Assert.Equal(external, distribution.ToExternal(internalValue));
            Assert.Equal(internalValue, distribution.ToInternal(external));
            Assert.True(distribution.Contains(internalValue), $"{distribution} should hold {internalValue}.");
        }
    }

    [Fact]
    public void Grids_of_the_reference_are_met()
    {
        using var golden = GoldenFile.Open("golden/sobol.json");
        foreach (var item in golden.RootElement.GetProperty("grid_adjustment").EnumerateArray())
        {
            bool isFloat = item.GetProperty("type").GetString() == "float";
            Distribution distribution = isFloat
                ? new FloatDistribution(item.GetProperty("low").GetDouble(), item.GetProperty("high").GetDouble(), step: item.GetProperty("step").GetDouble())
                : new IntDistribution(item.GetProperty("low").GetInt64(), item.GetProperty("high").GetInt64(), step: item.GetProperty("step").GetInt64());

            double high = distribution is FloatDistribution range ? range.High : ((IntDistribution)distribution).High;
            Assert.Equal(item.GetProperty("adjusted_high").GetDouble(), high);
            Assert.Equal(item.GetProperty("single").GetBoolean(), distribution.IsSingle);
            foreach (var pair in item.GetProperty("contains").EnumerateArray())
                Assert.True(pair[1].GetBoolean() == distribution.Contains(pair[0].GetDouble()), $"{distribution}: {pair}");
        }
    }

    private static List<JsonElement> Parameters()
    {
        using var expected = GoldenFile.Open("interop/expected.json");
        return [.. expected.RootElement.GetProperty("studies").EnumerateArray()
            .SelectMany(study => study.GetProperty("trials").EnumerateArray())
            .SelectMany(trial => trial.GetProperty("params").EnumerateArray())
            .Select(parameter => parameter.Clone())];
    }

    private static string Text(JsonElement parameter) => parameter.GetProperty("distribution").GetProperty("json").GetString()!;

    private static object? External(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.String => value.GetString(),
        JsonValueKind.Object => value.GetProperty("$float").Number(),
        _ => value.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') < 0 ? (object)value.GetInt64() : value.GetDouble(),
    };
}
