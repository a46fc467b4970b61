using System.Text.Json;
using HyperTune.Samplers.Tpe;
using HyperTune.Testing;

namespace HyperTune.Tests.Samplers.Tpe;

[Trait("Category", "Golden")]
public sealed class ParzenEstimatorGoldenTests
{
    private const double Tolerance = 1e-9;

    [Fact]
    public void Default_weights_agree()
    {
        using var file = GoldenFile.Open("golden/tpe_parzen.json");
        foreach (var entry in file.RootElement.GetProperty("default_weights").EnumerateArray())
        {
            double[] expected = entry.GetProperty("w").Numbers();
            double[] actual = TpeWeights.Default(entry.GetProperty("n").GetInt32());
            Assert.Equal(expected.Length, actual.Length);
            for (int i = 0; i < expected.Length; i++) GoldenFile.Close(expected[i], actual[i], 1e-15, $"weight {i} of {expected.Length}");
        }
    }

    [Fact]
    public void Kernels_and_densities_of_all_cases_agree()
    {
        using var file = GoldenFile.Open("golden/tpe_parzen.json");
        int cases = 0;
        foreach (var entry in file.RootElement.GetProperty("cases").EnumerateArray())
        {
            Compare(entry);
            cases++;
        }
        Assert.Equal(99, cases);
    }

    private static void Compare(JsonElement entry)
    {
        string what = $"case {entry.GetProperty("id").GetInt32()}";
        var space = entry.GetProperty("space");
        var options = entry.GetProperty("options");
        int n = entry.GetProperty("n").GetInt32();
        var estimator = new ParzenEstimator([.. space.EnumerateArray().Select(Dimension)], Options(options));
        double[][] observations = Columns(space, entry.GetProperty("observations"));
        for (int i = 0; i < n; i++) estimator.Insert(i, Row(observations, i));
        if (options.TryGetProperty("predetermined", out var predetermined) && predetermined.GetBoolean())
            estimator.UseWeights(Enumerable.Repeat(1.0, n).ToArray());

        AssertClose(entry.GetProperty("weights").Numbers(), estimator.CopyWeights(), $"{what}, weights");
        for (int dimension = 0; dimension < estimator.Dimensions.Count; dimension++)
            Compare(entry.GetProperty("components")[dimension], estimator.Column(dimension), n, $"{what}, dimension {dimension}");

        double[][] points = Columns(space, entry.GetProperty("points"));
        double[] expected = entry.GetProperty("log_pdf").Numbers();
        var actual = new double[expected.Length];
        double[] candidates = [.. Enumerable.Range(0, expected.Length).SelectMany(i => Row(points, i))];
        estimator.LogPdf(candidates, actual);
        AssertClose(expected, actual, $"{what}, log_pdf");
    }

    private static void Compare(JsonElement component, ParzenColumn column, int n, string what)
    {
        if (column is NumericColumn numeric)
        {
            AssertClose(component.GetProperty("mu").Numbers(), [.. numeric.Mu.Span[..n], numeric.PriorMu], $"{what}, mu");
            AssertClose(component.GetProperty("sigma").Numbers(), [.. numeric.Sigma.Span[..n], numeric.Range], $"{what}, sigma");
            GoldenFile.Close(component.GetProperty("adapted_low").Number(), numeric.Low, Tolerance, $"{what}, low");
            GoldenFile.Close(component.GetProperty("adapted_high").Number(), numeric.High, Tolerance, $"{what}, high");
            return;
        }
        var categorical = (CategoricalColumn)column;
        if (component.TryGetProperty("probs", out var rows))
        {
            for (int slot = 0; slot <= n; slot++) AssertClose(rows[slot].Numbers(), Probabilities(categorical, slot), $"{what}, row {slot}");
            return;
        }
        AssertClose(component.GetProperty("probs_first").Numbers(), Probabilities(categorical, 0), $"{what}, first row");
        AssertClose(component.GetProperty("probs_last").Numbers(), Probabilities(categorical, n), $"{what}, last row");
    }

    private static double[] Probabilities(CategoricalColumn column, int slot)
    {
        var row = new double[column.Dimension.Choices];
        column.CopyRow(slot, row);
        return row;
    }

    private static ParzenDimension Dimension(JsonElement parameter)
    {
        if (parameter.GetProperty("type").GetString() == "categorical") return ParzenDimension.Categorical(parameter.GetProperty("n_choices").GetInt32());
        double low = parameter.GetProperty("low").Number(), high = parameter.GetProperty("high").Number();
        bool isLog = parameter.GetProperty("log").GetBoolean();
        var step = parameter.GetProperty("step");
        return step.ValueKind == JsonValueKind.Null
            ? ParzenDimension.Continuous(low, high, isLog)
            : ParzenDimension.Stepped(low, high, step.Number(), isLog);
    }

    private static ParzenOptions Options(JsonElement options) => new()
    {
        PriorWeight = options.GetProperty("prior_weight").Number(),
        HasMagicClip = options.GetProperty("consider_magic_clip").GetBoolean(),
        ConsidersEndpoints = options.GetProperty("consider_endpoints").GetBoolean(),
        Weights = options.GetProperty("weights").GetString() switch
        {
            "default" => TpeWeights.Default,
            "uniform" => TpeWeights.Uniform,
            "linear" => weights =>
            {
                for (int i = 0; i < weights.Length; i++) weights[i] = i + 1;
            },
            var other => throw new InvalidDataException(other),
        },
    };

    private static double[][] Columns(JsonElement space, JsonElement byName) =>
        [.. space.EnumerateArray().Select(parameter => byName.GetProperty(parameter.GetProperty("name").GetString()!).Numbers())];

    private static double[] Row(double[][] columns, int i) => [.. columns.Select(column => column[i])];

    private static void AssertClose(double[] expected, double[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) GoldenFile.Close(expected[i], actual[i], Tolerance, $"{what}[{i}]");
    }
}
