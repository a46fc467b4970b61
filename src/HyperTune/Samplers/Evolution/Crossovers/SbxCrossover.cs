using HyperTune.Numerics;

namespace HyperTune;

/// <summary>Simulated binary crossover: children lie near their parents, at distances in proportion to that of the parents, and never outside the bounds.</summary>
/// <remarks>
/// <para>The usual operator of NSGA-II and NSGA-III for numeric parameters: it makes new values, reaches the bounds, and refines as the population
/// contracts. It looks at each parameter by itself; where they depend on one another, <see cref="SpxCrossover"/> and
/// <see cref="UndxCrossover"/> do better.</para>
/// <para>Source: K. Deb and R. B. Agrawal, "Simulated Binary Crossover for Continuous Search Space", 1995; the bounded form after
/// K. Deb, "An Efficient Constraint Handling Method for Genetic Algorithms", 2000.</para>
/// </remarks>
public sealed class SbxCrossover : Crossover
{
    /// <summary>The least distance of parents that is divided by.</summary>
    private const double LeastDistance = 1e-10;

    /// <summary>The distribution index: the larger, the nearer children are to their parents. 0 or more, finite; null (the default): 20 for several objectives, 2 for one.</summary>
    public double? Eta { get; init => field = value is { } eta ? Guard.AtLeast(Guard.Finite(eta), 0) : null; }

    /// <inheritdoc/>
    public override int ParentCount => 2;

    /// <inheritdoc/>
    public override void Cross(in ParentGenes parents, RandomStream random, Span<double> child)
    {
        ArgumentNullException.ThrowIfNull(random);
        double[] draws = new double[3 * parents.Dimension + 1];
        random.Fill(draws);
        Cross(parents, draws, child);
    }

    /// <param name="parents">Two parents.</param>
    /// <param name="draws">A uniform number for each gene, two more for each gene, and one.</param>
    /// <param name="child">Receives the genes.</param>
    internal void Cross(in ParentGenes parents, ReadOnlySpan<double> draws, Span<double> child)
    {
        ReadOnlySpan<double> p0 = parents[0], p1 = parents[1];
        double power = EtaOr(Eta, parents.HasSeveralObjectives) + 1;
        double[] second = new double[child.Length];
        for (int i = 0; i < child.Length; i++)
        {
            double min = Math.Min(p0[i], p1[i]), max = Math.Max(p0[i], p1[i]), distance = Math.Max(max - min, LeastDistance);
            double q1 = Spread(1 + 2 * (min - parents.Lower[i]) / distance, draws[i], power);
            double q2 = Spread(1 + 2 * (parents.Upper[i] - max) / distance, draws[i], power);
            // Rounding, and the least distance, may lead just across a bound.
            child[i] = Math.Max(0.5 * (min + max - q1 * distance), parents.Lower[i]);
            second[i] = Math.Min(0.5 * (min + max + q2 * distance), parents.Upper[i]);
        }
        Mix(parents, child, second, draws[child.Length..]);
    }

    /// <summary>β_q: how far a child lies from the middle, in half distances of the parents, cut off where the bound is.</summary>
    private static double Spread(double beta, double u, double power)
    {
        double alpha = 2 - Math.Pow(beta, -power);
        return u <= 1 / alpha ? Math.Pow(u * alpha, 1 / power) : Math.Pow(1 / (2 - u * alpha), 1 / power);
    }
}
