using HyperTune.Numerics;

namespace HyperTune;

/// <summary>Blend crossover BLX-α: each gene is drawn evenly from the interval between its parents', widened by a share of it at both ends.</summary>
/// <remarks>
/// <para>A robust operator that makes new values and, from α = 0.37 on, keeps a population from contracting without selection. It looks
/// at each parameter by itself: where they depend on one another, <see cref="SpxCrossover"/> and <see cref="UndxCrossover"/> do better.</para>
/// <para>Source: L. J. Eshelman and J. D. Schaffer, "Real-Coded Genetic Algorithms and Interval-Schemata", 1993.</para>
/// </remarks>
public sealed class BlxAlphaCrossover : Crossover
{
    /// <summary>By what share of the parents' distance the interval is widened at either end. 0 or more, finite; 0.5 by default.</summary>
    public double Alpha { get; init => field = Guard.AtLeast(Guard.Finite(value), 0); } = 0.5;

    /// <inheritdoc/>
    public override int ParentCount => 2;

    /// <inheritdoc/>
    public override void Cross(in ParentGenes parents, RandomStream random, Span<double> child)
    {
        ArgumentNullException.ThrowIfNull(random);
        double[] draws = new double[parents.Dimension];
        random.Fill(draws);
        Cross(parents, draws, child);
    }

    /// <param name="parents">Two parents.</param>
    /// <param name="draws">A uniform number for each gene.</param>
    /// <param name="child">Receives the genes.</param>
    internal void Cross(in ParentGenes parents, ReadOnlySpan<double> draws, Span<double> child)
    {
        ReadOnlySpan<double> p0 = parents[0], p1 = parents[1];
        for (int i = 0; i < child.Length; i++)
        {
            double min = Math.Min(p0[i], p1[i]), max = Math.Max(p0[i], p1[i]), margin = Alpha * (max - min);
            double low = min - margin, high = max + margin;
            child[i] = low + (high - low) * draws[i];
        }
    }
}
