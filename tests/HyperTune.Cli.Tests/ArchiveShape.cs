using System.Text.Json;

namespace HyperTune.Cli.Tests;

/// <summary>Archives compared by what they say: maps without order, doubles by value, whole numbers apart from doubles.</summary>
internal static class ArchiveShape
{
    /// <summary>Members whose values differ between storages, and the maker of the file.</summary>
    private static readonly string[] Ids = ["study_id", "trial_id"];

    /// <summary>Asserts that two archives say the same.</summary>
    public static void Same(string expected, string actual, bool comparesIds)
    {
        using JsonDocument first = JsonDocument.Parse(expected), second = JsonDocument.Parse(actual);
        Same(first.RootElement, second.RootElement, "$", comparesIds);
    }

    private static void Same(JsonElement expected, JsonElement actual, string place, bool comparesIds)
    {
        Assert.True(expected.ValueKind == actual.ValueKind, $"{place}: {expected.ValueKind} and {actual.ValueKind}");
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                Assert.Equal(expected.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal), actual.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
                foreach (JsonProperty member in expected.EnumerateObject())
                {
                    if (member.Name == "made_with" || (!comparesIds && Ids.Contains(member.Name))) continue;
                    Same(member.Value, actual.GetProperty(member.Name), $"{place}.{member.Name}", comparesIds);
                }
                break;
            case JsonValueKind.Array:
                Assert.True(expected.GetArrayLength() == actual.GetArrayLength(), $"{place}: {expected.GetArrayLength()} and {actual.GetArrayLength()} items");
                int index = 0;
                foreach ((JsonElement one, JsonElement other) in expected.EnumerateArray().Zip(actual.EnumerateArray())) Same(one, other, $"{place}[{index++}]", comparesIds);
                break;
            case JsonValueKind.Number:
                bool isInteger = IsInteger(expected);
                Assert.True(isInteger == IsInteger(actual), $"{place}: {expected.GetRawText()} and {actual.GetRawText()}");
                if (isInteger) Assert.Equal(expected.GetRawText(), actual.GetRawText());
                else Assert.True(expected.GetDouble() == actual.GetDouble(), $"{place}: {expected.GetRawText()} and {actual.GetRawText()}");
                break;
            case JsonValueKind.String:
                Assert.Equal(expected.GetString(), actual.GetString());
                break;
        }
    }

    private static bool IsInteger(JsonElement number) => number.GetRawText().IndexOfAny(['.', 'e', 'E']) < 0;
}
