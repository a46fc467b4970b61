namespace HyperTune.Samplers.CmaEs;

/// <summary>The constants of CMA-ES, which follow from the dimension and the population size.</summary>
/// <remarks>
/// Sources: N. Hansen, "The CMA Evolution Strategy: A Tutorial", 2016, table 1 and equations 49 to 58; R. Ros, N. Hansen, "A Simple Modification in
/// CMA-ES Achieving Linear Time and Space Complexity", 2008, for the diagonal form.
/// </remarks>
internal sealed class CmaConstants
{
    private CmaConstants(int dimension, double[] weights, double muEff, double c1, double cMu, double cSigma, double cc)
    {
        double d = dimension;
        Dimension = dimension;
        Weights = weights;
        WeightSum = weights.Sum();
        MuEff = muEff;
        C1 = c1;
        CMu = cMu;
        CSigma = cSigma;
        DSigma = 1 + 2 * Math.Max(0, Math.Sqrt((muEff - 1) / (d + 1)) - 1) + cSigma;
        Cc = cc;
        ChiN = Math.Sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d * d));
    }

    public int Dimension { get; }

    public int PopulationSize => Weights.Length;

    /// <summary>The number of points that the mean is moved to.</summary>
    public int Mu => PopulationSize / 2;

    /// <summary>By rank, best first. The first <see cref="Mu"/> sum to 1; the others are negative, or 0.</summary>
    public double[] Weights { get; }

    public double WeightSum { get; }

    public double MuEff { get; }

    public double C1 { get; }

    public double CMu { get; }

    public double CSigma { get; }

    public double DSigma { get; }

    public double Cc { get; }

    /// <summary>The expected length of a standard normal vector, nearly.</summary>
    public double ChiN { get; }

    /// <summary>The generations over which the tolerance of values is looked at.</summary>
    public int ToleranceGenerations => 10 + (int)Math.Ceiling(30.0 * Dimension / PopulationSize);

    /// <summary>The population size that the tutorial advises: 4 + 3 ln d.</summary>
    public static int DefaultPopulationSize(int dimension) => 4 + (int)Math.Floor(3 * Math.Log(dimension));

    /// <summary>For a full covariance, with negative weights for the worse half.</summary>
    public static CmaConstants Full(int dimension, int populationSize)
    {
        double d = dimension;
        double[] raw = RawWeights(populationSize, (populationSize + 1) / 2.0);
        int mu = populationSize / 2;
        double muEff = Effective(raw.AsSpan(0, mu)), muEffMinus = Effective(raw.AsSpan(mu));
        double c1 = 2 / ((d + 1.3) * (d + 1.3) + muEff);
        double cMu = Math.Min(1 - c1 - 1e-8, 2 * (muEff - 2 + 1 / muEff) / ((d + 2) * (d + 2) + muEff));
        double alpha = Math.Min(Math.Min(1 + c1 / cMu, 1 + 2 * muEffMinus / (muEff + 2)), (1 - c1 - cMu) / (d * cMu));
        double positive = 0, negative = 0;
        foreach (double weight in raw)
        {
            if (weight > 0) positive += weight;
            else negative -= weight;
        }
        double[] weights = Array.ConvertAll(raw, weight => weight >= 0 ? weight / positive : alpha * weight / negative);
        return new(dimension, weights, muEff, c1, cMu, (muEff + 2) / (d + muEff + 5), (4 + muEff / d) / (d + 4 + 2 * muEff / d));
    }

    /// <summary>For a full covariance, without negative weights.</summary>
    public static CmaConstants Positive(int dimension, int populationSize)
    {
        CmaConstants full = Full(dimension, populationSize);
        return new(dimension, Array.ConvertAll(full.Weights, weight => Math.Max(weight, 0)), full.MuEff, full.C1, full.CMu, full.CSigma, full.Cc);
    }

    /// <summary>For a diagonal covariance.</summary>
    public static CmaConstants Diagonal(int dimension, int populationSize)
    {
        double d = dimension;
        int mu = populationSize / 2;
        double[] weights = RawWeights(populationSize, mu + 1);
        weights.AsSpan(mu).Clear();
        double sum = weights.Sum();
        for (int i = 0; i < mu; i++) weights[i] /= sum;
        double muEff = Effective(weights.AsSpan(0, mu));
        double rank = Math.Min(1, (2 * muEff - 1) / ((d + 2) * (d + 2) + muEff));
        double root = d + Math.Sqrt(2);
        double cMu = (d + 2) / 3 * (2 / (muEff * root * root) + (1 - 1 / muEff) * rank);
        return new(dimension, weights, muEff, 2 / ((d + 1.3) * (d + 1.3) + muEff), cMu, (muEff + 2) / (d + muEff + 3), 4 / (d + 4));
    }

    private static double[] RawWeights(int populationSize, double pivot)
    {
        var weights = new double[populationSize];
        for (int i = 0; i < weights.Length; i++) weights[i] = Math.Log(pivot) - Math.Log(i + 1);
        return weights;
    }

    private static double Effective(ReadOnlySpan<double> weights)
    {
        double sum = 0, squares = 0;
        foreach (double weight in weights)
        {
            sum += weight;
            squares += weight * weight;
        }
        return sum * sum / squares;
    }
}
