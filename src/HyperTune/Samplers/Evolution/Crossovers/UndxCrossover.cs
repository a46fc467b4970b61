using HyperTune.Numerics;

namespace HyperTune;

/// <summary>Unimodal normal distribution crossover: children lie normally about the middle of two parents, along their line and, by the third parent's distance from it, across.</summary>
/// <remarks>
/// <para>Does not depend on the choice of coordinates, so that it follows valleys in any direction: for parameters that depend on one another. It
/// draws children to the middle, hence away from the bounds; where the best points lie on bounds, choose <see cref="SbxCrossover"/>.</para>
/// <para>Source: I. Ono and S. Kobayashi, "A Real-Coded Genetic Algorithm for Function Optimization Using Unimodal Normal Distribution
/// Crossover", 1997. The numbers are standard deviations, as there; Optuna gives their squares in their place, so that its children
/// lie much nearer to the middle.</para>
/// </remarks>
public sealed class UndxCrossover : Crossover
{
    /// <summary>The standard deviation along the line, in distances of the two parents. Above 0 and finite; 0.5 by default.</summary>
    public double Along { get; init => field = Guard.Above(Guard.Finite(value), 0); } = 0.5;

    /// <summary>The standard deviation across, in distances of the third parent from the line, and times √d in d dimensions. Above 0 and finite; 0.35 by default.</summary>
    public double Across { get; init => field = Guard.Above(Guard.Finite(value), 0); } = 0.35;

    /// <inheritdoc/>
    public override int ParentCount => 3;

    /// <inheritdoc/>
    public override void Cross(in ParentGenes parents, RandomStream random, Span<double> child)
    {
        ArgumentNullException.ThrowIfNull(random);
        double[] draws = new double[parents.Dimension + 1];
        for (int i = 0; i < draws.Length; i++) draws[i] = random.NextNormal();
        Cross(parents, draws, child, Along, Across / Math.Sqrt(parents.Dimension));
    }

    /// <param name="parents">Three parents.</param>
    /// <param name="draws">Standard normal numbers: one for each direction across, one that is not used, and one along.</param>
    /// <param name="child">Receives the genes.</param>
    /// <param name="sigmaXi">The standard deviation along.</param>
    /// <param name="sigmaEta">The standard deviation across.</param>
    internal static void Cross(in ParentGenes parents, ReadOnlySpan<double> draws, Span<double> child, double sigmaXi, double sigmaEta)
    {
        ReadOnlySpan<double> p0 = parents[0], p1 = parents[1], p2 = parents[2];
        int d = child.Length;
        double squaredLength = 0, product = 0, squaredThird = 0;
        for (int i = 0; i < d; i++)
        {
            double line = p1[i] - p0[i], third = p2[i] - p0[i];
            squaredLength += line * line;
            product += line * third;
            squaredThird += third * third;
        }
        double length = Math.Sqrt(squaredLength);
        double across = sigmaEta * Math.Sqrt(Math.Max(0, squaredThird - (length > 0 ? product / length * (product / length) : 0)));
        // The reflection that takes the first axis to the line takes the other axes to an orthonormal basis of what is across: with
        // w = line / length - e1, y goes to y - 2 w (w·y) / (w·w). Equal parents leave the axes as they are.
        double wy = 0, ww = 0;
        for (int i = 0; i < d && length > 0; i++)
        {
            double w = (p1[i] - p0[i]) / length - (i == 0 ? 1 : 0);
            wy += i == 0 ? 0 : w * draws[i - 1];
            ww += w * w;
        }
        double factor = ww > 0 ? 2 * wy / ww : 0;
        for (int i = 0; i < d; i++)
        {
            double line = p1[i] - p0[i];
            double y = i == 0 ? 0 : draws[i - 1];
            if (factor != 0) y -= factor * (line / length - (i == 0 ? 1 : 0));
            child[i] = 0.5 * (p0[i] + p1[i]) - draws[d] * sigmaXi * line + across * y;
        }
    }
}
