using HyperTune.Numerics;

namespace HyperTune;

/// <summary>Changes one numeric gene of a child. Derive from it to bring an operator of one's own.</summary>
/// <remarks>Choices are always drawn anew. An operator must be safe for concurrent use and draw from the given stream only, so that a study can be repeated.</remarks>
public abstract class Mutation
{
    /// <summary>Gives the gene in place of another.</summary>
    /// <param name="gene">The gene, from <paramref name="lower"/> to <paramref name="upper"/>.</param>
    /// <param name="lower">The lower bound.</param>
    /// <param name="upper">The upper bound, above the lower one.</param>
    /// <param name="random">The stream to draw from.</param>
    /// <returns>The new gene; what lies outside of the bounds is cut.</returns>
    public abstract double Mutate(double gene, double lower, double upper, RandomStream random);
}
