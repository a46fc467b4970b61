using HyperTune.Numerics;

namespace HyperTune;

/// <summary>Gaussian mutation: a normal step, reflected at the bounds.</summary>
/// <remarks>
/// <para>Local like <see cref="PolynomialMutation"/>, with a width that one can name.</para>
/// <para>Source: T. Bäck and H.-P. Schwefel, "An Overview of Evolutionary Algorithms for Parameter Optimization", 1993. Reflected, since what is cut
/// would pile up on the bounds.</para>
/// </remarks>
public sealed class GaussianMutation : Mutation
{
    /// <summary>The standard deviation as a share of the range. Above 0 and finite; 0.1 by default.</summary>
    public double Sigma { get; init => field = Guard.Above(Guard.Finite(value), 0); } = 0.1;

    /// <inheritdoc/>
    public override double Mutate(double gene, double lower, double upper, RandomStream random)
    {
        ArgumentNullException.ThrowIfNull(random);
        double range = upper - lower;
        // Reflections repeat after twice the range.
        double place = Math.Abs((gene - lower) / range + Sigma * random.NextNormal()) % 2;
        return lower + range * (place > 1 ? 2 - place : place);
    }
}
