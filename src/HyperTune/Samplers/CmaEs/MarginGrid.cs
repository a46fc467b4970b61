using HyperTune.Numerics;

namespace HyperTune.Samplers.CmaEs;

/// <summary>Keeps the chance of leaving the present value of a discrete dimension from vanishing.</summary>
/// <remarks>
/// A dimension with a step is searched by a continuous coordinate that is rounded to the grid. Once the deviation is small beside the step, all
/// points round to the same value and nothing is learned any more; so the mean and a scale for each dimension are corrected after each
/// generation such that a margin of probability stays outside. Source: R. Hamano, S. Saito, M. Nomura, S. Shirakawa, "CMA-ES with Margin", 2022,
/// section 4.
/// </remarks>
internal sealed class MarginGrid
{
    private const double SmallestTail = 1e-10;

    private readonly double[] _low;
    private readonly double[] _steps;
    private readonly int[] _counts;

    /// <param name="low">The first grid value of each dimension.</param>
    /// <param name="steps">Between grid values; 0 for a continuous dimension.</param>
    /// <param name="counts">How many grid values there are; 2 or more where there is a step.</param>
    /// <param name="margin">The probability α that stays outside of the present value.</param>
    public MarginGrid(double[] low, double[] steps, int[] counts, double margin)
    {
        _low = low;
        _steps = steps;
        _counts = counts;
        Margin = margin;
    }

    public double Margin { get; }

    public static double DefaultMargin(int dimension, int populationSize) => 1.0 / (dimension * populationSize);

    /// <summary>Whether a dimension has a step. Its coordinates have no bounds.</summary>
    public bool IsDiscrete(int dimension) => _steps[dimension] > 0;

    /// <summary>The grid value that a coordinate stands for, scaled about the mean; of two equally near ones the lower.</summary>
    public double Encode(int dimension, double coordinate, double mean, double scale)
    {
        if (_steps[dimension] == 0) return coordinate;
        double scaled = (coordinate - mean) * scale + mean;
        return _low[dimension] + CellOf(dimension, scaled) * _steps[dimension];
    }

    /// <summary>Corrects mean and scales after an update.</summary>
    /// <param name="state">The updated state.</param>
    /// <param name="scales">The scales A so far, by dimension.</param>
    public (double[] Mean, double[] Scales) Correct(CmaState state, ReadOnlySpan<double> scales)
    {
        double[] mean = [.. state.Mean];
        double[] corrected = scales.ToArray();
        for (int i = 0; i < mean.Length; i++)
        {
            if (_steps[i] > 0) Correct(i, state.Sigma * Math.Sqrt(state.Covariance[i, i]), ref mean[i], ref corrected[i]);
        }
        return (mean, corrected);
    }

    private void Correct(int dimension, double deviation, ref double mean, ref double scale)
    {
        // The middles between the cell of the mean and its neighbours; at an end both are the one there is.
        int cell = CellOf(dimension, mean);
        double lower = Middle(dimension, Math.Max(cell - 1, 0)), upper = Middle(dimension, Math.Min(cell, _counts[dimension] - 2));
        double s = deviation * scale;
        double below = NormalDistribution.Cdf((lower - mean) / s), above = NormalDistribution.UpperTail((upper - mean) / s), inside = 1 - below - above;
        if (Math.Max(below, above) > 0.5)
        {
            // The mean lies beyond the last middle: what matters is the chance to come back.
            if (Math.Min(below, above) < Margin) mean = upper + Math.Sign(mean - upper) * s * -NormalDistribution.Quantile(Margin);
            return;
        }
        double least = Margin / 2;
        double raisedBelow = Math.Max(below, least), raisedAbove = Math.Max(above, least);
        // What was added to the tails is taken from all in proportion to what they have above the least.
        double excess = (1 - raisedBelow - raisedAbove - inside) / (raisedBelow + inside + raisedAbove - 3 * least);
        double newBelow = Math.Clamp(raisedBelow + excess * (raisedBelow - least), SmallestTail, 0.5 - SmallestTail);
        double newAbove = Math.Clamp(raisedAbove + excess * (raisedAbove - least), SmallestTail, 0.5 - SmallestTail);
        double a = -NormalDistribution.Quantile(newBelow), b = -NormalDistribution.Quantile(newAbove);
        scale = (upper - lower) / ((a + b) * deviation);
        mean = (lower * b + upper * a) / (a + b);
    }

    private double Middle(int dimension, int cell) => _low[dimension] + (cell + 0.5) * _steps[dimension];

    private int CellOf(int dimension, double value)
    {
        // Cells are open below and closed above, so that a middle belongs to the lower one.
        double cell = Math.Ceiling((value - _low[dimension]) / _steps[dimension] - 0.5);
        return (int)Math.Clamp(cell, 0, _counts[dimension] - 1);
    }
}
