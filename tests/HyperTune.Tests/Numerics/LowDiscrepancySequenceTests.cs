using System.Numerics;
using System.Text.Json;
using HyperTune.Numerics;
using HyperTune.Testing;

namespace HyperTune.Tests.Numerics;

public sealed class LowDiscrepancySequenceTests
{
    private const double GoldenDenominator = 1 << 30;

    public static TheoryData<string> Kinds => ["sobol", "halton"];

    [Fact, Trait("Category", "Golden")]
    public void Sobol_points_are_the_references()
    {
        using JsonDocument golden = GoldenFile.Open("golden/sobol.json");
        var sequence = new SobolSequence(scramble: null);
        foreach (JsonElement block in golden.RootElement.GetProperty("sobol").EnumerateArray())
        {
            int index = block.GetProperty("first_index").GetInt32();
            foreach (JsonElement point in block.GetProperty("numerators_over_2_pow_30").EnumerateArray()) AssertPoint(sequence, index++, point);
        }
        foreach (JsonElement far in golden.RootElement.GetProperty("sobol_far").EnumerateArray())
            AssertPoint(sequence, far.GetProperty("index").GetInt32(), far.GetProperty("numerators_over_2_pow_30"));

        static void AssertPoint(SobolSequence sequence, int index, JsonElement numerators) =>
            Assert.Equal(numerators.Numbers(), Enumerable.Range(0, numerators.GetArrayLength()).Select(dimension => sequence.At(dimension, index) * GoldenDenominator));
    }

    [Fact, Trait("Category", "Golden")]
    public void Direction_numbers_are_the_references()
    {
        using JsonDocument golden = GoldenFile.Open("golden/sobol.json");
        foreach (JsonElement entry in golden.RootElement.GetProperty("joe_kuo_direction_numbers").EnumerateArray())
        {
            int dimension = entry.GetProperty("dimension_1_based").GetInt32() - 1;
            Assert.Equal(entry.GetProperty("polynomial_bits").GetUInt32(), JoeKuoNumbers.Polynomial(dimension));
            Assert.Equal(entry.GetProperty("m").Numbers(), JoeKuoNumbers.InitialNumbers(dimension).ToArray().Select(m => (double)m));
        }
    }

    [Fact, Trait("Category", "Golden")]
    public void Halton_points_are_the_references()
    {
        using JsonDocument golden = GoldenFile.Open("golden/sobol.json");
        var sequence = new HaltonSequence(scramble: null);
        int index = 0;
        foreach (JsonElement point in golden.RootElement.GetProperty("halton_10_dims_first_40").EnumerateArray())
        {
            double[] expected = point.Numbers();
            for (int dimension = 0; dimension < expected.Length; dimension++) GoldenFile.Close(expected[dimension], sequence.At(dimension, index), 1e-15, $"point {index}, dimension {dimension}");
            index++;
        }
        Assert.Equal(40, index);
    }

    [Fact]
    public void Every_dimension_has_a_primitive_polynomial_of_its_own_and_odd_initial_numbers()
    {
        var seen = new HashSet<uint>();
        for (int dimension = 1; dimension < JoeKuoNumbers.Dimensions; dimension++)
        {
            uint polynomial = JoeKuoNumbers.Polynomial(dimension);
            ReadOnlySpan<uint> initial = JoeKuoNumbers.InitialNumbers(dimension);
            Assert.True(seen.Add(polynomial), $"Dimension {dimension} repeats a polynomial.");
            Assert.Equal(BitOperations.Log2(polynomial), initial.Length);
            Assert.Equal((1L << initial.Length) - 1, OrderOfX(polynomial, initial.Length));
            for (int i = 0; i < initial.Length; i++) Assert.True(initial[i] % 2 == 1 && initial[i] < 1L << (i + 1), $"Dimension {dimension}, m{i + 1}.");
        }

        // The least power of x that is 1 modulo the polynomial; the largest there can be, if it is primitive.
        static long OrderOfX(uint polynomial, int degree)
        {
            uint power = degree == 1 ? 1U : 2U;
            long order = 1;
            for (; power != 1; order++)
            {
                power <<= 1;
                if ((power >> degree) != 0) power ^= polynomial;
            }
            return order;
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(3UL)]
    public void Sobol_points_of_a_power_of_two_are_even_in_each_dimension_and_pair_of_neighbours(ulong? scramble)
    {
        const int Points = 1024;
        var sequence = new SobolSequence(scramble);
        foreach (int first in (int[])[0, 5 * Points])
        {
            foreach (int dimension in (int[])[0, 1, 2, 7, 39, 500, sequence.Dimensions - 1])
            {
                // One point in each interval of length 1/1024.
                Assert.Equal(Points, Enumerable.Range(first, Points).Select(index => (int)(sequence.At(dimension, index) * Points)).Distinct().Count());
            }
            // The first two dimensions make a (0, 2)-sequence: one point in each of 32 x 32 cells.
            Assert.Equal(Points, Enumerable.Range(first, Points).Select(index => ((int)(sequence.At(0, index) * 32), (int)(sequence.At(1, index) * 32))).Distinct().Count());
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(3UL)]
    public void Halton_points_of_a_power_of_the_base_are_even_in_each_dimension(ulong? scramble)
    {
        var sequence = new HaltonSequence(scramble);
        foreach ((int dimension, int points) in ((int, int)[])[(0, 1024), (1, 729), (3, 343), (24, 97 * 97), (249, 1583)])
        {
            // The middle of an interval is off its bounds, however the sum is rounded.
            Assert.Equal(points, Enumerable.Range(0, points).Select(index => (int)Math.Floor(sequence.At(dimension, index) * points + 1e-6)).Distinct().Count());
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Scrambled_points_lie_in_the_unit_interval_and_are_uniform_over_seeds(string kind)
    {
        // Each scrambled point by itself is uniform: of 2,000 seeds, in 16 cells, chi-squared with 15 degrees of freedom exceeds 37.7 with a probability of 0.001.
        foreach ((int dimension, int index) in ((int, int)[])[(0, 0), (1, 1), (5, 17), (100, 1000), (249, int.MaxValue)])
        {
            double[] counts = new double[16];
            for (ulong seed = 0; seed < 2000; seed++)
            {
                double value = Make(kind, seed).At(dimension, index);
                Assert.InRange(value, 0, Math.BitDecrement(1.0));
                counts[(int)(16 * value)]++;
            }
            Assert.InRange(counts.Sum(count => (count - 125) * (count - 125) / 125), 0, 37.7);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_seed_gives_the_same_points_in_any_order(string kind)
    {
        LowDiscrepancySequence forwards = Make(kind, 9), backwards = Make(kind, 9);
        (int Dimension, int Index)[] places = [.. Enumerable.Range(0, 40).SelectMany(dimension => Enumerable.Range(0, 20).Select(index => (dimension, 31 * index)))];
        double[] first = [.. places.Select(place => forwards.At(place.Dimension, place.Index))];
        double[] second = [.. places.Reverse().Select(place => backwards.At(place.Dimension, place.Index)).Reverse()];
        Assert.Equal(first, second);
        Assert.NotEqual(first, [.. places.Select(place => Make(kind, 10).At(place.Dimension, place.Index))]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_discrepancy_is_well_below_that_of_random_points(string kind)
    {
        // Median over 9 seeds of Warnock's L2-star discrepancy of 256 points in 5 dimensions.
        double sequence = Median(seed => Discrepancy(256, 5, (dimension, index) => Make(kind, seed).At(dimension, index)));
        double random = Median(seed =>
        {
            var source = new Random((int)seed);
            double[] draws = [.. Enumerable.Range(0, 256 * 5).Select(_ => source.NextDouble())];
            return Discrepancy(256, 5, (dimension, index) => draws[index * 5 + dimension]);
        });
        Assert.True(sequence < 0.6 * random, $"{sequence:G3} against {random:G3}");

        static double Median(Func<ulong, double> measure) => Enumerable.Range(0, 9).Select(seed => measure((ulong)seed)).Order().ElementAt(4);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Negative_indices_and_missing_dimensions_are_refused(string kind)
    {
        LowDiscrepancySequence sequence = Make(kind, 1);
        Assert.Throws<ArgumentOutOfRangeException>(() => sequence.At(0, -1));
        Assert.ThrowsAny<Exception>(() => sequence.At(sequence.Dimensions, 0));
    }

    private static LowDiscrepancySequence Make(string kind, ulong seed) => kind == "sobol" ? new SobolSequence(seed) : new HaltonSequence(seed);

    /// <summary>T. T. Warnock, "Computational Investigations of Low-Discrepancy Point Sets", 1972.</summary>
    private static double Discrepancy(int points, int dimensions, Func<int, int, double> at)
    {
        double[][] x = [.. Enumerable.Range(0, points).Select(index => Enumerable.Range(0, dimensions).Select(dimension => at(dimension, index)).ToArray())];
        double linear = x.Sum(point => point.Aggregate(1.0, (product, value) => product * (1 - value * value) / 2));
        double pairs = x.Sum(a => x.Sum(b => Enumerable.Range(0, dimensions).Aggregate(1.0, (product, k) => product * (1 - Math.Max(a[k], b[k])))));
        return Math.Sqrt(Math.Pow(3, -dimensions) - 2.0 / points * linear + pairs / points / points);
    }
}
