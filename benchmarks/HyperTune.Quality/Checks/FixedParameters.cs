using System.Globalization;
using System.Text.Json;
using HyperTune.Quality.Problems;

namespace HyperTune.Quality.Checks;

/// <summary>Answers a problem with the values of a check point and notes how each parameter was asked for.</summary>
internal sealed class FixedParameters(JsonElement values) : IParameters
{
    /// <summary>What was asked, by name, in the wording of <see cref="Describe"/>.</summary>
    public Dictionary<string, string> Asked { get; } = [];

    public double Double(string name, double low, double high, bool log = false, double? step = null)
    {
        Asked.Add(name, Numeric("float", low, high, log, step));
        return values.GetProperty(name).GetDouble();
    }

    public long Int(string name, long low, long high, bool log = false, long step = 1)
    {
        Asked.Add(name, Numeric("int", low, high, log, step == 1 ? null : step));
        return values.GetProperty(name).GetInt64();
    }

    public T Categorical<T>(string name, IReadOnlyList<T> choices)
    {
        string[] texts = [.. choices.Select(c => JsonSerializer.Serialize(c))];
        Asked.Add(name, Categories(texts));
        return choices[Array.IndexOf(texts, values.GetProperty(name).GetRawText())];
    }

    /// <summary>The specification's entry of a parameter, worded as an asked one is.</summary>
    public static string Describe(JsonElement entry)
    {
        string type = entry.GetProperty("type").GetString()!;
        if (type == "categorical") return Categories(entry.GetProperty("choices").EnumerateArray().Select(c => c.GetRawText()));
        bool log = entry.TryGetProperty("log", out JsonElement isLog) && isLog.GetBoolean();
        double? step = entry.TryGetProperty("step", out JsonElement given) ? given.GetDouble() : null;
        return Numeric(type, entry.GetProperty("low").GetDouble(), entry.GetProperty("high").GetDouble(), log, step);
    }

    private static string Numeric(string type, double low, double high, bool log, double? step) =>
        string.Create(CultureInfo.InvariantCulture, $"{(log ? "log " : "")}{type} [{low:R}, {high:R}]{(step is null ? "" : $" step {step:R}")}");

    private static string Categories(IEnumerable<string> texts) => "{" + string.Join(", ", texts) + "}";
}
