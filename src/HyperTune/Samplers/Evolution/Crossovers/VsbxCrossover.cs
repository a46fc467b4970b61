using HyperTune.Numerics;

namespace HyperTune;

/// <summary>A variant of simulated binary crossover whose children also come to lie where the plain one leaves a gap: between and beyond their parents, whatever these are.</summary>
/// <remarks>
/// <para>Explores more than <see cref="SbxCrossover"/> does, above all where parents share a coordinate, and knows no bounds: what leaves them is
/// drawn again. Choose it where the plain one converges too soon.</para>
/// <para>Source: P. J. Ballester and J. N. Carter, "Real-Parameter Genetic Algorithms for Finding Multiple Optimal Solutions in Multi-modal
/// Optimization", 2003.</para>
/// </remarks>
public sealed class VsbxCrossover : Crossover
{
    /// <summary>The least number that is divided by.</summary>
    private const double Least = 1e-10;

    /// <summary>The distribution index: the larger, the nearer children are to their parents. 0 or more, finite; null (the default): 20 for several objectives, 2 for one.</summary>
    public double? Eta { get; init => field = value is { } eta ? Guard.AtLeast(Guard.Finite(eta), 0) : null; }

    /// <inheritdoc/>
    public override int ParentCount => 2;

    /// <inheritdoc/>
    public override void Cross(in ParentGenes parents, RandomStream random, Span<double> child)
    {
        ArgumentNullException.ThrowIfNull(random);
        double[] draws = new double[3 * parents.Dimension + 3];
        random.Fill(draws);
        Cross(parents, draws, child);
    }

    /// <param name="parents">Two parents.</param>
    /// <param name="draws">A uniform number for each gene, two, two more for each gene, and one.</param>
    /// <param name="child">Receives the genes.</param>
    internal void Cross(in ParentGenes parents, ReadOnlySpan<double> draws, Span<double> child)
    {
        ReadOnlySpan<double> p0 = parents[0], p1 = parents[1];
        int d = child.Length;
        double exponent = 1 / (EtaOr(Eta, parents.HasSeveralObjectives) + 1);
        double[] second = new double[d];
        bool isFirstForm = draws[d] <= 0.5, isFirstFormOfSecond = draws[d + 1] <= 0.5;
        for (int i = 0; i < d; i++)
        {
            double b1 = Math.Pow(1 / Math.Max(2 * draws[i], Least), exponent), b2 = Math.Pow(1 / Math.Max(2 * (1 - draws[i]), Least), exponent);
            double x1 = p0[i], x2 = p1[i];
            child[i] = 0.5 * (isFirstForm ? (1 + b1) * x1 + (1 - b2) * x2 : (1 - b1) * x1 + (1 + b2) * x2);
            second[i] = 0.5 * (isFirstFormOfSecond ? (3 - b1) * x1 - (1 - b2) * x2 : -(1 - b1) * x1 + (3 - b2) * x2);
        }
        Mix(parents, child, second, draws[(d + 2)..]);
    }
}
