using System.Text.Json;

namespace PruningSample;

/// <summary>Real learning curves: log loss of 240 configurations of gradient boosting on breast cancer data, after every four trees up to 200.</summary>
internal sealed class CurveTable
{
    private const double LowestRate = 0.005;

    private readonly double[][] _positions;
    private readonly double[][] _curves;

    public CurveTable()
    {
        using Stream stream = typeof(CurveTable).Assembly.GetManifestResourceStream("curves.json")!;
        using JsonDocument table = JsonDocument.Parse(stream);
        _positions = [.. Rows(table, "configs").Select(config => Position(config[0], config[1], config[2]))];
        _curves = Rows(table, "curves");
    }

    /// <summary>The number of steps of a whole curve.</summary>
    public int Steps => _curves[0].Length;

    /// <summary>The curve of the configuration nearest to the parameters.</summary>
    public ReadOnlySpan<double> Curve(double rate, int depth, double subsample)
    {
        double[] at = Position(rate, depth, subsample);
        return _curves[Enumerable.Range(0, _curves.Length).MinBy(k => _positions[k].Zip(at, (p, q) => (p - q) * (p - q)).Sum())];
    }

    private static double[][] Rows(JsonDocument table, string name) =>
        [.. table.RootElement.GetProperty(name).EnumerateArray().Select(row => row.EnumerateArray().Select(v => v.GetDouble()).ToArray())];

    private static double[] Position(double rate, double depth, double subsample) =>
        [Math.Log(rate / LowestRate) / -Math.Log(LowestRate), (depth - 1) / 7, (subsample - 0.3) / 0.7];
}
