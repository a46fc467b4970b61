using HyperTune.Numerics;

namespace HyperTune;

/// <summary>Makes the numeric genes of a child out of those of its parents. Derive from it to bring an operator of one's own.</summary>
/// <remarks>
/// The sampler calls again while a gene lies outside of its bounds, a limited number of times, and then cuts what is still outside. An
/// operator must be safe for concurrent use and draw from the given stream only, so that a study can be repeated.
/// </remarks>
public abstract class Crossover
{
    /// <summary>How many parents a child has. 2 or more.</summary>
    public abstract int ParentCount { get; }

    /// <summary>Makes a child.</summary>
    /// <param name="parents"><see cref="ParentCount"/> parents, all inside the bounds.</param>
    /// <param name="random">The stream to draw from.</param>
    /// <param name="child">Receives one gene for each dimension.</param>
    public abstract void Cross(in ParentGenes parents, RandomStream random, Span<double> child);

    /// <summary>Gene by gene takes one of two children's genes or one of two parents', and in the end one of the two mixtures (Deb and Agrawal, 1995, section 4).</summary>
    /// <param name="parents">The parents, of which the first two count.</param>
    /// <param name="first">The genes of the first child. Receives the mixture.</param>
    /// <param name="second">The genes of the second child.</param>
    /// <param name="draws">Two uniform numbers for each gene, and one.</param>
    private protected static void Mix(in ParentGenes parents, Span<double> first, ReadOnlySpan<double> second, ReadOnlySpan<double> draws)
    {
        ReadOnlySpan<double> p0 = parents[0], p1 = parents[1];
        bool takesFirst = draws[^1] < 0.5;
        for (int i = 0; i < first.Length; i++)
        {
            bool isChild = draws[2 * i] < 0.5, isKept = draws[2 * i + 1] >= 0.5;
            if (isKept == takesFirst) first[i] = isChild ? first[i] : p0[i];
            else first[i] = isChild ? second[i] : p1[i];
        }
    }

    /// <summary>The distribution index of simulated binary crossovers unless one is given: spread narrowly for several objectives, widely for one (Deb and Agrawal, 1995).</summary>
    private protected static double EtaOr(double? given, bool hasSeveralObjectives) => given ?? (hasSeveralObjectives ? 20 : 2);
}
