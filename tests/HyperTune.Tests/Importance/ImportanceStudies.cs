using HyperTune.Numerics;
using HyperTune.Testing;

namespace HyperTune.Tests.Importance;

/// <summary>Studies with trials spread evenly over a space and values by a formula.</summary>
internal static class ImportanceStudies
{
    public static readonly Distribution Unit = new FloatDistribution(0, 1);

    /// <summary>Trials with parameters x0, x1 … in [0, 1].</summary>
    public static HistoryScenario OfNumbers(int trials, int parameters, Func<double[], double> value, int seed = 1)
    {
        var scenario = new HistoryScenario();
        for (int number = 0; number < trials; number++) scenario.Add(Numbers(parameters, value, RandomStream.Create((ulong)seed, number, "test")));
        return scenario;
    }

    public static ScenarioTrial Numbers(int parameters, Func<double[], double> value, RandomStream random)
    {
        var x = new double[parameters];
        random.Fill(x);
        return new() { Parameters = [.. x.Select((number, i) => new Parameter($"x{i}", Unit, number))], Values = [value(x)] };
    }

    /// <summary>The same importances, whatever their order where they are equal to rounding.</summary>
    public static void AssertEqual(ParameterImportances expected, ParameterImportances actual, double tolerance = 0)
    {
        Assert.Equal(expected.Count, actual.Count);
        foreach ((string name, double value) in expected) Assert.Equal(value, actual[name], tolerance);
    }
}
