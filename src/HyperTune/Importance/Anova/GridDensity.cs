using HyperTune.Numerics;

namespace HyperTune.Importance.Anova;

/// <summary>Smooths a histogram: a kernel on each occupied cell, as heavy as its count, and one of weight 1 over all cells.</summary>
internal static class GridDensity
{
    // Scott's rule for the width of a kernel, with the standard deviation that an interquartile range stands for in a normal distribution.
    private const double Scott = 1.059, RangeToDeviation = 1.34;

    // No kernel is so narrow that less than about nine tenths of it lie in its cell.
    private const double LeastWidth = 0.5 / 1.64;

    /// <summary>Writes the probability of each cell.</summary>
    /// <param name="counts">How many values each cell has; at least one in all.</param>
    /// <param name="isCategorical">Whether the cells are choices, which have no neighbours.</param>
    /// <param name="density">Receives as many numbers, of sum 1.</param>
    public static void Fill(ReadOnlySpan<int> counts, bool isCategorical, Span<double> density)
    {
        if (isCategorical) FillChoices(counts, density);
        else FillRange(counts, density);
    }

    /// <summary>All kernels of the mixture at once, each of which gives its own choice 1 + 1/n and the others 1/n of its weight, before scaling.</summary>
    private static void FillChoices(ReadOnlySpan<int> counts, Span<double> density)
    {
        int total = 0, kernels = 1;
        foreach (int count in counts)
        {
            total += count;
            if (count > 0) kernels++;
        }
        double scale = 1 / ((1 + ((double)counts.Length / kernels)) * (total + 1)), prior = 1.0 / (total + 1) / counts.Length;
        for (int g = 0; g < counts.Length; g++) density[g] = ((((double)total / kernels) + counts[g]) * scale) + prior;
    }

    private static void FillRange(ReadOnlySpan<int> counts, Span<double> density)
    {
        int total = 0;
        double mean = 0;
        for (int g = 0; g < counts.Length; g++)
        {
            total += counts[g];
            mean += (double)counts[g] * g;
        }
        mean /= total;
        double width = Width(counts, total, mean);
        density.Clear();
        for (int g = 0; g < counts.Length; g++)
        {
            if (counts[g] > 0) Add(density, g, width, counts[g] / (total + 1.0));
        }
        Add(density, (counts.Length - 1) / 2.0, counts.Length, 1 / (total + 1.0));
    }

    private static double Width(ReadOnlySpan<int> counts, int total, double mean)
    {
        double squares = 0;
        int first = -1, third = -1, below = 0;
        for (int g = 0; g < counts.Length; g++)
        {
            squares += counts[g] * (g - mean) * (g - mean);
            below += counts[g];
            if (first < 0 && below >= total / 4) first = g;
            if (third < 0 && below > (int)(3L * total / 4)) third = g;
        }
        double deviation = Math.Sqrt(squares / Math.Max(1, total - 1));
        double range = (third < 0 ? counts.Length - 1 : third) - first;
        return Math.Max(Scott * Math.Min(range / RangeToDeviation, deviation) * Math.Pow(total, -0.2), LeastWidth);
    }

    /// <summary>Adds a normal distribution cut to the grid: to each cell the mass within half a cell.</summary>
    private static void Add(Span<double> density, double centre, double width, double weight)
    {
        double first = NormalDistribution.Cdf((-0.5 - centre) / width);
        double scale = weight / (NormalDistribution.Cdf((density.Length - 0.5 - centre) / width) - first);
        for (int g = 0; g < density.Length; g++)
        {
            double next = NormalDistribution.Cdf((g + 0.5 - centre) / width);
            density[g] += (next - first) * scale;
            first = next;
        }
    }
}
