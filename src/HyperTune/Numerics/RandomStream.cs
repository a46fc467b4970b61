using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace HyperTune.Numerics;

/// <summary>A reproducible stream of random numbers that belongs to one (seed, trial number, purpose).</summary>
/// <remarks>
/// Deriving one stream per trial and purpose makes what a trial draws independent of the number of workers and of their
/// timing. The generator is xoshiro256++ (Blackman and Vigna, "Scrambled Linear Pseudorandom Number Generators", 2021),
/// its 256 bits are filled by SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014)
/// from a 64-bit hash of the key. The numbers are the same on every machine. An instance is not safe for concurrent use.
/// </remarks>
[SuppressMessage("Naming", "CA1711", Justification = "A stream of random numbers is the field's word; it is no System.IO.Stream.")]
public sealed class RandomStream
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;
    private const ulong FnvOffset = 0xCBF29CE484222325;
    private const ulong FnvPrime = 0x00000100000001B3;

    private ulong _s0, _s1, _s2, _s3;

    private RandomStream(ulong key)
    {
        _s0 = SplitMix(ref key);
        _s1 = SplitMix(ref key);
        _s2 = SplitMix(ref key);
        _s3 = SplitMix(ref key);
    }

    /// <summary>Creates the stream of a trial and purpose.</summary>
    /// <param name="seed">The sampler's seed.</param>
    /// <param name="trial">The trial number.</param>
    /// <param name="purpose">What the draws are for, such as <c>"tpe"</c>.</param>
    /// <param name="detail">A further part of the key, such as a parameter name; null if there is none (an empty text is another key).</param>
    /// <exception cref="ArgumentNullException"><paramref name="purpose"/> is null.</exception>
    public static RandomStream Create(ulong seed, int trial, string purpose, string? detail = null) => new(KeyOf(seed, trial, purpose, detail));

    /// <summary>The first number that <see cref="NextDouble"/> of the stream would give, without making the stream.</summary>
    internal static double FirstDouble(ulong seed, int trial, string purpose, string? detail)
    {
        ulong key = KeyOf(seed, trial, purpose, detail);
        ulong s0 = SplitMix(ref key);
        key += unchecked(2 * GoldenGamma);
        ulong s3 = SplitMix(ref key);
        return ToDouble(BitOperations.RotateLeft(s0 + s3, 23) + s0);
    }

    /// <summary>Draws 64 random bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_s0 + _s3, 23) + _s0;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>Draws a uniform number in [0, 1), a multiple of 2⁻⁵³.</summary>
    public double NextDouble() => ToDouble(NextUInt64());

    /// <summary>Draws a uniform integer in [0, <paramref name="exclusiveUpper"/>) without bias.</summary>
    /// <remarks>Lemire, "Fast Random Integer Generation in an Interval", 2019, algorithm 5.</remarks>
    /// <param name="exclusiveUpper">The exclusive upper end, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="exclusiveUpper"/> is below 1.</exception>
    public int NextInt(int exclusiveUpper)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusiveUpper, 1);
        ulong range = (ulong)exclusiveUpper;
        ulong high = Math.BigMul(NextUInt64(), range, out ulong low);
        if (low < range)
        {
            ulong rejected = (0UL - range) % range;
            while (low < rejected) high = Math.BigMul(NextUInt64(), range, out low);
        }
        return (int)high;
    }

    /// <summary>Draws a standard normal number by inversion of one uniform draw; its magnitude is at most 8.3.</summary>
    public double NextNormal() => NormalDistribution.Quantile(((NextUInt64() >> 12) + 0.5) * (1.0 / (1UL << 52)));

    /// <summary>A draw from the beta distribution.</summary>
    /// <remarks>The share of one of two gamma variates, drawn as in G. Marsaglia, W. W. Tsang, "A Simple Method for Generating Gamma Variables", 2000.</remarks>
    /// <param name="a">The first shape; 1 or more.</param>
    /// <param name="b">The second shape; 1 or more.</param>
    internal double NextBeta(double a, double b)
    {
        double x = NextGamma(a);
        return x / (x + NextGamma(b));
    }

    private double NextGamma(double shape)
    {
        double d = shape - (1.0 / 3), c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double x = NextNormal(), root = 1 + (c * x);
            if (root <= 0) continue;
            double v = root * root * root;
            if (Math.Log(1 - NextDouble()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v))) return d * v;
        }
    }

    /// <summary>Fills a span with uniform numbers in [0, 1), the same that as many calls of <see cref="NextDouble"/> give.</summary>
    /// <param name="values">The numbers to write.</param>
    public void Fill(Span<double> values)
    {
        for (int i = 0; i < values.Length; i++) values[i] = NextDouble();
    }

    private static ulong KeyOf(ulong seed, int trial, string purpose, string? detail)
    {
        ArgumentNullException.ThrowIfNull(purpose);
        ulong key = Mix(seed + GoldenGamma);
        key = Mix((key ^ unchecked((ulong)trial)) + GoldenGamma);
        key = Mix((key ^ Hash(purpose)) + GoldenGamma);
        return detail is null ? key : Mix((key ^ Hash(detail)) + GoldenGamma);
    }

    private static double ToDouble(ulong bits) => (bits >> 11) * (1.0 / (1UL << 53));

    private static ulong SplitMix(ref ulong state) => Mix(state += GoldenGamma);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>FNV-1a over the UTF-16 units; unlike <see cref="string.GetHashCode()"/> the same in every process.</summary>
    private static ulong Hash(string text)
    {
        ulong hash = FnvOffset;
        foreach (char unit in text) hash = (hash ^ unit) * FnvPrime;
        return Mix(hash + GoldenGamma);
    }
}
