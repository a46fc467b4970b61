namespace HyperTune.Numerics;

/// <summary>The Halton sequence, plain or scrambled: dimension d has the digits of the index in the d-th prime number, mirrored at the point.</summary>
/// <remarks>
/// Sources: J. H. Halton, "On the Efficiency of Certain Quasi-Random Sequences of Points in Evaluating Multi-Dimensional Integrals", 1960;
/// A. B. Owen, "A Randomized Halton Algorithm in R", 2017: a random permutation for each digit of each dimension, leading zeros included.
/// </remarks>
/// <param name="scramble">The seed of the scrambling; null for the plain sequence, whose first point is the origin.</param>
internal sealed class HaltonSequence(ulong? scramble) : LowDiscrepancySequence
{
    /// <summary>Beyond some hundred dimensions a base is so large that a usual study does not go through its first digit once.</summary>
    private const int MaxDimensions = 250;

    private static readonly int[] Primes = FirstPrimes(MaxDimensions);

    // By dimension, made when first needed: a permutation for each digit, the first one at the beginning.
    private readonly ushort[]?[] _permutations = new ushort[]?[MaxDimensions];

    /// <inheritdoc/>
    public override int Dimensions => MaxDimensions;

    /// <inheritdoc/>
    public override double At(int dimension, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        int prime = Primes[dimension];
        return scramble is null ? Mirrored(index, prime) : Scrambled(index, prime, Volatile.Read(ref _permutations[dimension]) ?? Prepare(dimension));
    }

    private static double Mirrored(int index, int prime)
    {
        double sum = 0, weight = 1.0 / prime;
        for (int rest = index; rest > 0; rest /= prime, weight /= prime) sum += weight * (rest % prime);
        return sum;
    }

    private static double Scrambled(int index, int prime, ReadOnlySpan<ushort> permutations)
    {
        double sum = 0, weight = 1.0 / prime;
        for (int rest = index; !permutations.IsEmpty; rest /= prime, weight /= prime, permutations = permutations[prime..]) sum += weight * permutations[rest % prime];
        // Largest digits all through add up to 1, rounded.
        return Math.Min(sum, Math.BitDecrement(1.0));
    }

    private ushort[] Prepare(int dimension)
    {
        const double Resolution = 1UL << 53;
        int prime = Primes[dimension];
        int digits = (int)Math.Ceiling(Math.Log(Resolution) / Math.Log(prime));
        var permutations = new ushort[digits * prime];
        RandomStream random = RandomStream.Create(scramble!.Value, dimension, "halton scramble");
        for (int digit = 0; digit < digits; digit++)
        {
            Span<ushort> permutation = permutations.AsSpan(digit * prime, prime);
            for (int i = 0; i < prime; i++)
            {
                int j = random.NextInt(i + 1);
                permutation[i] = permutation[j];
                permutation[j] = (ushort)i;
            }
        }
        // Threads that meet here make the same permutations.
        Volatile.Write(ref _permutations[dimension], permutations);
        return permutations;
    }

    private static int[] FirstPrimes(int count)
    {
        var primes = new List<int>(count);
        for (int candidate = 2; primes.Count < count; candidate++)
        {
            if (!primes.Exists(prime => candidate % prime == 0)) primes.Add(candidate);
        }
        return [.. primes];
    }
}
