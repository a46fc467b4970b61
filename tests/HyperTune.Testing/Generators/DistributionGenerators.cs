using CsCheck;

namespace HyperTune.Testing;

/// <summary>Random distributions for property tests.</summary>
public static class DistributionGenerators
{
    /// <summary>Ranges of doubles: plain, logarithmic and stepped, from tiny to huge.</summary>
    public static Gen<FloatDistribution> Floats { get; } = Gen.OneOf(
        Gen.Select(Bound, Bound, (x, y) => new FloatDistribution(Math.Min(x, y), Math.Max(x, y))),
        Gen.Select(Positive, Positive, (x, y) => new FloatDistribution(Math.Min(x, y), Math.Max(x, y), log: true)),
        Gen.Select(Gen.Int[-1000, 1000], Gen.Int[1, 999], Gen.Int[0, 5000], Gen.Int[0, 6], (low, step, steps, digits) =>
        {
            double unit = Math.Pow(10, digits);
            return new FloatDistribution(low / unit, (low + (double)step * steps / 3) / unit, step: step / unit);
        }));

    /// <summary>Ranges of whole numbers: even, logarithmic and stepped.</summary>
    public static Gen<IntDistribution> Ints { get; } = Gen.OneOf(
        Gen.Select(Gen.Long[-1_000_000, 1_000_000], Gen.Long[0, 2_000_000], Gen.Long[1, 1000], (low, range, step) => new IntDistribution(low, low + range, step: step)),
        Gen.Select(Gen.Long[-(1L << 53), 1L << 53], Gen.Long[-(1L << 53), 1L << 53], (x, y) => new IntDistribution(Math.Min(x, y), Math.Max(x, y))),
        Gen.Select(Gen.Long[1, 10_000], Gen.Long[0, 1_000_000], (low, range) => new IntDistribution(low, low + range, log: true)));

    /// <summary>Lists of choices of every kind.</summary>
    public static Gen<CategoricalDistribution> Categoricals { get; } = Gen.OneOf(
            Gen.Const((object?)null),
            Gen.Bool.Select(value => (object?)value),
            Gen.Long.Select(value => (object?)value),
            Gen.Double.Select(value => (object?)value),
            Gen.String.Select(value => (object?)value))
        .Array[1, 8]
        .Select(choices => new CategoricalDistribution(choices.DistinctBy(choice => choice switch { null => typeof(void), bool flag => flag ? 1.0 : 0.0, long n => (double)n, var other => other })));

    /// <summary>Distributions of every kind.</summary>
    public static Gen<Distribution> All { get; } = Gen.OneOf(
        Floats.Select(distribution => (Distribution)distribution), Ints.Select(distribution => (Distribution)distribution), Categoricals.Select(distribution => (Distribution)distribution));

    private static Gen<double> Bound => Gen.OneOf(Gen.Double[-10, 10], Gen.Double[-1e300, 1e300], Gen.Double[-1e-300, 1e-300], Gen.Int[-5, 5].Select(value => (double)value));

    private static Gen<double> Positive => Gen.OneOf(Gen.Double[-300, 300].Select(exponent => Math.Pow(10, exponent)), Gen.Int[1, 9].Select(value => (double)value));
}
