using HyperTune.Numerics;

namespace HyperTune;

/// <summary>Polynomial mutation: a step that is mostly small, bounded by the range, with a polynomial density.</summary>
/// <remarks>
/// <para>The usual companion of <see cref="SbxCrossover"/>. It refines where drawing anew explores. The samplers take an index of 5, with
/// which steps reach across a fifth of the range.</para>
/// <para>Source: K. Deb and M. Goyal, "A Combined Genetic Adaptive Search (GeneAS) for Engineering Design", 1996; the bounded form after
/// K. Deb and S. Agrawal, "A Niched-Penalty Approach for Constraint Handling in Genetic Algorithms", 1999.</para>
/// </remarks>
public sealed class PolynomialMutation : Mutation
{
    /// <summary>The distribution index: the larger, the smaller the steps; they are about range / η. 0 or more, finite; 20 by default.</summary>
    public double Eta { get; init => field = Guard.AtLeast(Guard.Finite(value), 0); } = 20;

    /// <inheritdoc/>
    public override double Mutate(double gene, double lower, double upper, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        return Mutate(gene, lower, upper, random.NextDouble(), Eta);
    }

    /// <summary>The gene for a uniform number.</summary>
    internal static double Mutate(double gene, double lower, double upper, double u, double eta)
    {
        double range = upper - lower, power = eta + 1;
        double d1 = (gene - lower) / range, d2 = (upper - gene) / range;
        double step = u <= 0.5
            ? Math.Pow(2 * u + (1 - 2 * u) * Math.Pow(1 - d1, power), 1 / power) - 1
            : 1 - Math.Pow(2 * (1 - u) + 2 * (u - 0.5) * Math.Pow(1 - d2, power), 1 / power);
        return gene + step * range;
    }
}
