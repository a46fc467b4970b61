using HyperTune.Numerics;

namespace HyperTune;

/// <summary>Simplex crossover: the child is drawn evenly from the simplex that its three parents span, enlarged about their centre.</summary>
/// <remarks>
/// <para>Does not depend on the choice of coordinates, and keeps mean and covariance of the population; it fits parameters that depend on one
/// another. Three parents reach a plane only, so that a population has to be large where there are many parameters.</para>
/// <para>Source: S. Tsutsui, M. Yamamura and T. Higuchi, "Multi-Parent Recombination with Simplex Crossover in Real Coded Genetic
/// Algorithms", 1999. The rate that keeps the covariance with m parents is √(m + 1), thus 2. Optuna takes √(d + 2) with three parents in d
/// dimensions, which spreads the population wherever d is above 2; set <see cref="Rate"/> to get that.</para>
/// </remarks>
public sealed class SpxCrossover : Crossover
{
    /// <summary>By what factor the simplex is enlarged. Above 0 and finite; 2 by default, which keeps the covariance.</summary>
    public double Rate { get; init => field = Guard.Above(Guard.Finite(value), 0); } = 2;

    /// <inheritdoc/>
    public override int ParentCount => 3;

    /// <inheritdoc/>
    public override void Cross(in ParentGenes parents, RandomStream random, Span<double> child)
    {
        ArgumentNullException.ThrowIfNull(random);
        Span<double> draws = stackalloc double[2];
        random.Fill(draws);
        Cross(parents, draws, child);
    }

    /// <param name="parents">Three parents.</param>
    /// <param name="draws">Two uniform numbers.</param>
    /// <param name="child">Receives the genes.</param>
    internal void Cross(in ParentGenes parents, ReadOnlySpan<double> draws, Span<double> child)
    {
        ReadOnlySpan<double> p0 = parents[0], p1 = parents[1], p2 = parents[2];
        // r_k = u_k^(1 / (k + 1)) makes the point uniform in the simplex.
        double r0 = draws[0], r1 = Math.Sqrt(draws[1]);
        for (int i = 0; i < child.Length; i++)
        {
            double centre = (p0[i] + p1[i] + p2[i]) / 3;
            double x0 = centre + Rate * (p0[i] - centre), x1 = centre + Rate * (p1[i] - centre), x2 = centre + Rate * (p2[i] - centre);
            double c1 = r0 * (x0 - x1);
            double c2 = r1 * (x1 - x2 + c1);
            child[i] = x2 + c2;
        }
    }
}
