using System.Text.Json;

namespace HyperTune.Quality.Problems.Tables;

/// <summary>Learning curves of 240 configurations of gradient boosting: log loss by number of trees.</summary>
internal sealed class BoostingCurves
{
    private const double LowestRate = 0.005;

    private readonly double[][] _positions;
    private readonly double[][] _curves;

    public BoostingCurves(JsonElement table)
    {
        _positions = [.. table.GetProperty("configs").EnumerateArray().Select(SuiteData.Numbers).Select(c => Position(c[0], c[1], c[2]))];
        _curves = [.. table.GetProperty("curves").EnumerateArray().Select(SuiteData.Numbers)];
    }

    /// <summary>Asks for the three parameters that choose a configuration.</summary>
    public int AskConfiguration(IParameters parameters) => Nearest(
        parameters.Double("learning_rate", LowestRate, 1, log: true), parameters.Int("max_depth", 1, 8), parameters.Double("subsample", 0.3, 1));

    /// <summary>The curve of a configuration, 50 values, four trees apart.</summary>
    public ReadOnlySpan<double> this[int configuration] => _curves[configuration];

    /// <summary>The first of the configurations at the smallest distance.</summary>
    private int Nearest(double rate, long depth, double subsample)
    {
        double[] at = Position(rate, depth, subsample);
        int nearest = -1;
        double smallest = double.PositiveInfinity;
        for (int k = 0; k < _positions.Length; k++)
        {
            double u = _positions[k][0] - at[0], v = _positions[k][1] - at[1], w = _positions[k][2] - at[2];
            double distance = u * u + v * v + w * w;
            if (distance < smallest) (nearest, smallest) = (k, distance);
        }
        return nearest;
    }

    private static double[] Position(double rate, double depth, double subsample) =>
        [(Math.Log(rate) - Math.Log(LowestRate)) / -Math.Log(LowestRate), (depth - 1) / 7, (subsample - 0.3) / 0.7];
}
