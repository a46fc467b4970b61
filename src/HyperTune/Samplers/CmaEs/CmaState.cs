using System.Numerics.Tensors;
using HyperTune.Numerics;

namespace HyperTune.Samplers.CmaEs;

/// <summary>A normal search distribution and what CMA-ES remembers of how it came to be. Immutable.</summary>
/// <remarks>
/// Source: N. Hansen, "The CMA Evolution Strategy: A Tutorial", 2016, figure 6; symbols are those of the tutorial. Two deviations that make no
/// difference before a restart: the step size is capped, and the tests of the end are those of the tutorial's author's programs.
/// </remarks>
internal sealed class CmaState
{
    // A step size of 0 could not grow again.
    private const double SmallestSigma = 1e-20;
    private const double LargestSigma = 1e32;
    private const double LengthSlack = 1e-8;
    private const double ValueTolerance = 1e-12;
    private const double StepTolerance = 1e-12;
    private const double DivergedFactor = 1e4;
    private const double LargestCondition = 1e14;

    private CmaState(CmaConstants constants, int generation, double[] mean, double sigma, Covariance covariance, double[] pSigma, double[] pc, double initialSigma, double[] extremes)
    {
        Constants = constants;
        Generation = generation;
        Mean = mean;
        Sigma = sigma;
        Covariance = covariance;
        PSigma = pSigma;
        Pc = pc;
        InitialSigma = initialSigma;
        Extremes = extremes;
    }

    public CmaConstants Constants { get; }

    /// <summary>How many generations have been told.</summary>
    public int Generation { get; }

    public double[] Mean { get; private init; }

    public double Sigma { get; private init; }

    public Covariance Covariance { get; private init; }

    /// <summary>The evolution path of the step size.</summary>
    public double[] PSigma { get; }

    /// <summary>The evolution path of the covariance.</summary>
    public double[] Pc { get; }

    public double InitialSigma { get; }

    /// <summary>The best and worst losses of the last generations, a ring of pairs; NaN where there was none yet.</summary>
    public double[] Extremes { get; }

    /// <summary>The state before the first generation.</summary>
    /// <param name="constants">They say the dimension and the population size.</param>
    /// <param name="mean">Where the search begins.</param>
    /// <param name="sigma">The step size. Above 0.</param>
    /// <param name="covariance">The shape.</param>
    public static CmaState Start(CmaConstants constants, ReadOnlySpan<double> mean, double sigma, Covariance covariance)
    {
        int d = constants.Dimension;
        if (mean.Length != d || covariance.Dimension != d)
            throw new ArgumentException($"A mean of {mean.Length} and a covariance of {covariance.Dimension} dimensions were given for constants of {d}.", nameof(mean));
        var extremes = new double[2 * constants.ToleranceGenerations];
        Array.Fill(extremes, double.NaN);
        return new(constants, 0, mean.ToArray(), Guard.Above(sigma, 0), covariance, new double[d], new double[d], sigma, extremes);
    }

    /// <summary>A state in the middle of a run.</summary>
    internal static CmaState Restore(
        CmaConstants constants, int generation, double[] mean, double sigma, Covariance covariance, double[] pSigma, double[] pc, double initialSigma, double[] extremes) =>
        new(constants, generation, mean, sigma, covariance, pSigma, pc, initialSigma, extremes);

    /// <summary>The same with another distribution, as corrections after an update make it.</summary>
    public CmaState With(double[]? mean = null, double? sigma = null, Covariance? covariance = null) =>
        new(Constants, Generation, mean ?? Mean, sigma is { } given ? Math.Max(given, SmallestSigma) : Sigma, covariance ?? Covariance, PSigma, Pc, InitialSigma, Extremes);

    /// <summary>Draws a point: m + σ B D z.</summary>
    public void Draw(RandomStream random, Span<double> point)
    {
        var z = new double[point.Length];
        for (int i = 0; i < z.Length; i++) z[i] = random.NextNormal();
        Covariance.Color(z, point);
        for (int i = 0; i < point.Length; i++) point[i] = Mean[i] + Sigma * point[i];
    }

    /// <summary>Moves a point that was not drawn from this distribution so near to the mean that it cannot upset the paths.</summary>
    /// <remarks>Source: N. Hansen, "Injecting External Solutions Into CMA-ES", 2011, equations 3 and 4: the Mahalanobis length is at most √d + 2d/(d+2).</remarks>
    public void Pull(Span<double> point)
    {
        int d = point.Length;
        var y = new double[d];
        for (int i = 0; i < d; i++) y[i] = (point[i] - Mean[i]) / Sigma;
        double length = Math.Sqrt(Covariance.SquaredLength(y)), longest = Math.Sqrt(d) + 2.0 * d / (d + 2);
        if (!(length > longest)) return;
        for (int i = 0; i < d; i++) point[i] = Mean[i] + Sigma * y[i] * (longest / length);
    }

    /// <summary>The state after a generation.</summary>
    /// <param name="points">Row-major [points, dimension]. Points that were not drawn from this distribution have been pulled near.</param>
    /// <param name="ranking">Rows of the points, best first.</param>
    /// <param name="best">The least loss.</param>
    /// <param name="worst">The largest loss.</param>
    /// <param name="constants">Those of the number of points, where it is not the population size.</param>
    public CmaState Told(ReadOnlySpan<double> points, ReadOnlySpan<int> ranking, double best, double worst, CmaConstants? constants = null)
    {
        CmaConstants c = constants ?? Constants;
        int d = c.Dimension, count = ranking.Length;
        if (count != c.PopulationSize || points.Length != count * d)
            throw new ArgumentException($"{count} ranks and {points.Length} coordinates were told of {c.PopulationSize} points of {d} dimensions.", nameof(ranking));
        int generation = Generation + 1;
        // y_i = (x_i - m) / σ by rank; the last row is for p_c.
        var steps = new double[(count + 1) * d];
        var shift = new double[d];
        for (int rank = 0; rank < count; rank++)
        {
            ReadOnlySpan<double> point = points.Slice(ranking[rank] * d, d);
            Span<double> step = steps.AsSpan(rank * d, d);
            for (int i = 0; i < d; i++) step[i] = (point[i] - Mean[i]) / Sigma;
            if (rank < c.Mu) TensorPrimitives.MultiplyAdd(step, c.Weights[rank], shift, shift);
        }
        var mean = new double[d];
        for (int i = 0; i < d; i++) mean[i] = Mean[i] + Sigma * shift[i];

        // Equations 43 and 44: the step size.
        var white = new double[d];
        Covariance.Whiten(shift, white);
        double[] pSigma = Path(PSigma, white, c.CSigma, c.MuEff);
        double length = TensorPrimitives.Norm<double>(pSigma);
        double sigma = Math.Clamp(Sigma * Math.Exp(c.CSigma / c.DSigma * (length / c.ChiN - 1)), SmallestSigma, LargestSigma);

        // Equations 45 to 47: the shape.
        double unbiased = length / Math.Sqrt(1 - Math.Pow(1 - c.CSigma, 2 * (generation + 1)));
        bool isSteady = unbiased < (1.4 + 2.0 / (d + 1)) * c.ChiN;
        double[] pc = Path(Pc, isSteady ? shift : new double[d], c.Cc, c.MuEff);
        double lost = isSteady ? 0 : c.Cc * (2 - c.Cc);
        var weights = new double[count + 1];
        for (int rank = 0; rank < count; rank++)
        {
            double weight = c.Weights[rank];
            if (weight < 0) weight *= d / (Covariance.SquaredLength(steps.AsSpan(rank * d, d)) + LengthSlack);
            weights[rank] = c.CMu * weight;
        }
        weights[count] = c.C1;
        pc.CopyTo(steps, count * d);
        Covariance covariance = Covariance.Updated(1 + c.C1 * lost - c.C1 - c.CMu * c.WeightSum, weights, steps);

        var extremes = (double[])Extremes.Clone();
        int slot = 2 * (generation % Constants.ToleranceGenerations);
        (extremes[slot], extremes[slot + 1]) = (best, worst);
        return new(Constants, generation, mean, sigma, covariance, pSigma, pc, InitialSigma, extremes);
    }

    /// <summary>Whether there is nothing left to gain from this distribution.</summary>
    public bool IsOver()
    {
        int d = Constants.Dimension;
        if (Generation > Constants.ToleranceGenerations && Range(Extremes) < ValueTolerance) return true;
        (double smallest, double largest) = Covariance.Deviations;
        if (Sigma * largest > DivergedFactor || largest / smallest > LargestCondition) return true;
        bool isSmall = true, hasCoordinate = true, hasAxis = false;
        var axis = new double[d];
        Covariance.Axis(Generation % d, axis);
        for (int i = 0; i < d; i++)
        {
            double variance = Covariance[i, i];
            isSmall &= Sigma * variance < StepTolerance * InitialSigma && Sigma * Pc[i] < StepTolerance * InitialSigma;
            hasCoordinate &= Mean[i] != Mean[i] + 0.2 * Sigma * Math.Sqrt(variance);
            hasAxis |= Mean[i] != Mean[i] + 0.1 * Sigma * axis[i];
        }
        return isSmall || !hasCoordinate || !hasAxis;
    }

    private static double[] Path(double[] former, ReadOnlySpan<double> step, double rate, double muEff)
    {
        var path = new double[former.Length];
        double scale = Math.Sqrt(rate * (2 - rate) * muEff);
        for (int i = 0; i < path.Length; i++) path[i] = (1 - rate) * former[i] + scale * step[i];
        return path;
    }

    private static double Range(double[] extremes)
    {
        double least = double.PositiveInfinity, largest = double.NegativeInfinity;
        foreach (double value in extremes)
        {
            if (double.IsNaN(value)) continue;
            least = Math.Min(least, value);
            largest = Math.Max(largest, value);
        }
        // Equal infinities have no difference; they are as flat as other equal values.
        return least == largest ? 0 : largest - least;
    }
}
