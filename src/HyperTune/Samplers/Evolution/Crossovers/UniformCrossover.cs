using HyperTune.Numerics;

namespace HyperTune;

/// <summary>Uniform crossover: each gene is that of one parent or of the other.</summary>
/// <remarks>
/// <para>Makes no new values, only new combinations, so that mutation has to bring the new ones. It fits spaces of unlike, independent
/// parameters; where parameters work together or need fine adjustment, choose an operator that makes new values, such as
/// <see cref="SbxCrossover"/>.</para>
/// <para>Source: G. Syswerda, "Uniform Crossover in Genetic Algorithms", 1989.</para>
/// </remarks>
public sealed class UniformCrossover : Crossover
{
    /// <summary>The probability with which a gene is the first parent's. From 0 to 1; 0.5 by default.</summary>
    public double SwappingProbability { get; init => field = Guard.InRange(value, 0, 1); } = 0.5;

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
        for (int i = 0; i < child.Length; i++) child[i] = parents[draws[i] >= SwappingProbability ? 1 : 0][i];
    }
}
