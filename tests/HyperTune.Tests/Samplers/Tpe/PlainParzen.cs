using HyperTune.Numerics;
using HyperTune.Samplers.Tpe;

namespace HyperTune.Tests.Samplers.Tpe;

/// <summary>The density of a Parzen estimator term by term, as the formulas have it: the slow oracle.</summary>
internal static class PlainParzen
{
    public static double LogPdf(ParzenDimension[] space, ParzenOptions options, IReadOnlyList<double[]> rows, ReadOnlySpan<double> candidate)
    {
        int n = rows.Count;
        var weights = new double[n + 1];
        options.Weights(weights.AsSpan(0, n));
        weights[n] = options.PriorWeight;
        double total = weights.Sum();
        var terms = new double[n + 1];
        for (int k = 0; k <= n; k++) terms[k] = Math.Log(weights[k] / total);
        for (int d = 0; d < space.Length; d++)
        {
            int index = d;
            double[] column = [.. rows.Select(row => space[index].IsCategorical ? row[index] : space[index].ToScale(row[index]))];
            if (space[d].IsCategorical) AddCategorical(space[d], options, column, candidate[d], terms);
            else AddNumeric(space[d], options, column, candidate[d], terms);
        }
        return Logarithms.LogSumExp(terms);
    }

    private static void AddNumeric(ParzenDimension dimension, ParzenOptions options, double[] mu, double candidate, double[] terms)
    {
        int n = mu.Length;
        double a = dimension.AdaptedLow, b = dimension.AdaptedHigh, range = b - a;
        double floor = options.HasMagicClip ? range / Math.Min(100, n + 2) : 1e-12;
        int[] byValue = [.. Enumerable.Range(0, n).OrderBy(i => mu[i])];
        var sigma = new double[n + 1];
        for (int p = 0; p < n; p++)
        {
            double left = mu[byValue[p]] - (p == 0 ? a : mu[byValue[p - 1]]);
            double right = (p == n - 1 ? b : mu[byValue[p + 1]]) - mu[byValue[p]];
            double gap = Math.Max(left, right);
            if (!options.ConsidersEndpoints && n > 1 && p == 0) gap = right;
            if (!options.ConsidersEndpoints && n > 1 && p == n - 1) gap = left;
            sigma[byValue[p]] = Math.Clamp(gap, floor, range);
        }
        sigma[n] = range;
        for (int k = 0; k <= n; k++)
        {
            double centre = k < n ? mu[k] : 0.5 * (a + b), s = sigma[k];
            terms[k] -= NormalDistribution.LogMass((a - centre) / s, (b - centre) / s);
            if (dimension.Step == 0)
            {
                terms[k] += NormalDistribution.LogDensity((dimension.ToScale(candidate) - centre) / s) - Math.Log(s);
                continue;
            }
            double low = dimension.ToScale(candidate - 0.5 * dimension.Step), high = dimension.ToScale(candidate + 0.5 * dimension.Step);
            terms[k] += NormalDistribution.LogMass((low - centre) / s, (high - centre) / s);
        }
    }

    private static void AddCategorical(ParzenDimension dimension, ParzenOptions options, double[] observed, double candidate, double[] terms)
    {
        int n = observed.Length, choices = dimension.Choices;
        for (int k = 0; k <= n; k++)
        {
            var row = new double[choices];
            for (int j = 0; j < choices; j++)
            {
                if (k == n)
                {
                    row[j] = 1;
                }
                else if (dimension.Distance is { } distance)
                {
                    int i = (int)observed[k];
                    double share = distance(i, j) / Enumerable.Range(0, choices).Max(other => distance(i, other));
                    row[j] = Math.Exp(-share * share * Math.Log((n + 1) / options.PriorWeight) * Math.Log(choices) / Math.Log(6));
                }
                else
                {
                    row[j] = options.PriorWeight / (n + 1) + (observed[k] == j ? 1 : 0);
                }
            }
            terms[k] += Math.Log(row[(int)candidate] / row.Sum());
        }
    }
}
