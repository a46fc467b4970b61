using System.Numerics;

namespace HyperTune.Numerics;

/// <summary>The Sobol sequence in Gray-code order, plain or scrambled.</summary>
/// <remarks>
/// <para>Point i is the exclusive-or of the direction numbers that belong to the bits of i ^ (i / 2), so that no earlier point is needed
/// (Antonov and Saleev, "An Economic Method of Computing LP-tau Sequences", 1979). Direction numbers are those of <see cref="JoeKuoNumbers"/>.</para>
/// <para>Scrambling multiplies the digits of each dimension with a random lower triangular matrix and adds random digits modulo 2 (J. Matoušek,
/// "On the L2-Discrepancy for Anchored Boxes", 1998). It keeps the evenness of the points: of each 2^k successive ones that begin at a
/// multiple of 2^k, every dimension has one in each interval of length 2^-k. Each point by itself is uniform.</para>
/// </remarks>
/// <param name="scramble">The seed of the scrambling; null for the plain sequence, whose first point is the origin.</param>
internal sealed class SobolSequence(ulong? scramble) : LowDiscrepancySequence
{
    /// <summary>Digits of direction numbers: as many as an index may have, and one more.</summary>
    private const int Digits = 32;

    /// <summary>Digits of a coordinate: those of a double. Scrambling fills the ones beyond the direction numbers at random.</summary>
    private const int OutputDigits = 53;

    // By dimension, made when first needed: the direction numbers, and at the end the digits that are added to all points.
    private readonly ulong[]?[] _numbers = new ulong[]?[JoeKuoNumbers.Dimensions];

    /// <inheritdoc/>
    public override int Dimensions => JoeKuoNumbers.Dimensions;

    /// <inheritdoc/>
    public override double At(int dimension, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ulong[] numbers = Volatile.Read(ref _numbers[dimension]) ?? Prepare(dimension);
        ulong point = numbers[Digits];
        for (uint gray = (uint)(index ^ (index >> 1)); gray != 0; gray &= gray - 1) point ^= numbers[BitOperations.TrailingZeroCount(gray)];
        return point * (1.0 / (1UL << OutputDigits));
    }

    private ulong[] Prepare(int dimension)
    {
        var numbers = new ulong[Digits + 1];
        Span<uint> plain = stackalloc uint[Digits];
        DirectionNumbers(dimension, plain);
        for (int i = 0; i < Digits; i++) numbers[i] = (ulong)plain[i] << (OutputDigits - Digits);
        if (scramble is { } seed) Scramble(numbers, RandomStream.Create(seed, dimension, "sobol scramble"));
        // Threads that meet here make the same numbers.
        Volatile.Write(ref _numbers[dimension], numbers);
        return numbers;
    }

    /// <summary>The direction numbers V₁, V₂, … by the recurrence of the dimension's polynomial, the first binary digit as the highest bit.</summary>
    private static void DirectionNumbers(int dimension, Span<uint> numbers)
    {
        if (dimension == 0)
        {
            for (int i = 0; i < Digits; i++) numbers[i] = 1U << (Digits - 1 - i);
            return;
        }
        uint polynomial = JoeKuoNumbers.Polynomial(dimension);
        ReadOnlySpan<uint> initial = JoeKuoNumbers.InitialNumbers(dimension);
        int degree = initial.Length;
        for (int i = 0; i < Digits; i++)
        {
            if (i < degree)
            {
                numbers[i] = initial[i] << (Digits - 1 - i);
                continue;
            }
            numbers[i] = numbers[i - degree] ^ (numbers[i - degree] >> degree);
            for (int k = 1; k < degree; k++)
            {
                if (((polynomial >> (degree - k)) & 1) != 0) numbers[i] ^= numbers[i - k];
            }
        }
    }

    private static void Scramble(Span<ulong> numbers, RandomStream random)
    {
        const int Spare = 64 - OutputDigits;
        // Column c of the matrix: 1 in row c, random below it.
        Span<ulong> columns = stackalloc ulong[Digits];
        for (int c = 0; c < Digits; c++)
        {
            ulong diagonal = 1UL << (OutputDigits - 1 - c);
            columns[c] = diagonal | ((random.NextUInt64() >> Spare) & (diagonal - 1));
        }
        for (int i = 0; i < Digits; i++)
        {
            ulong plain = numbers[i] >> (OutputDigits - Digits), scrambled = 0;
            for (int c = 0; c < Digits; c++)
            {
                if (((plain >> (Digits - 1 - c)) & 1) != 0) scrambled ^= columns[c];
            }
            numbers[i] = scrambled;
        }
        numbers[Digits] = random.NextUInt64() >> Spare;
    }
}
