using HyperTune.Numerics;

namespace HyperTune.Tests.Numerics;

public sealed class RandomStreamTests
{
    private const int N = 20_000;

    [Fact]
    public void Create_SameKey_SameNumbers()
    {
        var one = RandomStream.Create(7, 3, "tpe", "x");
        var two = RandomStream.Create(7, 3, "tpe", "x");
        for (int i = 0; i < 100; i++) Assert.Equal(one.NextUInt64(), two.NextUInt64());
    }

    [Fact]
    public void Create_KnownKey_KnownNumbers()
    {
        // Pins the stream: stored studies are continued by other processes and later versions.
        var stream = RandomStream.Create(42, 17, "tpe");
        Assert.Equal(FirstOfKnownKey, stream.NextUInt64());
    }

    private const ulong FirstOfKnownKey = 5626001200999069718;

    public static readonly TheoryData<ulong, int, string, string?> Neighbours = new()
    {
        { 1, 0, "tpe", null }, { 0, 1, "tpe", null }, { 0, 0, "tpf", null }, { 0, 0, "tpe", "" }, { 0, 0, "tpe", "x" },
        { 1UL << 63, 0, "tpe", null }, { 0, -1, "tpe", null }, { 0, 0, "ept", null }, { 0, 0, "", "tpe" },
    };

    [Theory]
    [MemberData(nameof(Neighbours))]
    public void Create_NeighbouringKey_IsUncorrelated(ulong seed, int trial, string purpose, string? detail)
    {
        var here = RandomStream.Create(0, 0, "tpe");
        var there = RandomStream.Create(seed, trial, purpose, detail);
        double sum = 0;
        for (int i = 0; i < N; i++) sum += (here.NextDouble() - 0.5) * (there.NextDouble() - 0.5);
        // Var of a product of two centred uniforms is 1/144: the correlation has a standard error of 1/√N.
        Assert.InRange(sum * 12 / N, -4 / Math.Sqrt(N), 4 / Math.Sqrt(N));
    }

    [Fact]
    public void First_draws_of_consecutive_trials_are_uniform_and_uncorrelated()
    {
        double product = 0, previous = RandomStream.Create(5, 0, "tpe").NextDouble();
        var counts = new int[64];
        for (int trial = 1; trial <= N; trial++)
        {
            double value = RandomStream.Create(5, trial, "tpe").NextDouble();
            counts[(int)(value * counts.Length)]++;
            product += (value - 0.5) * (previous - 0.5);
            previous = value;
        }
        Assert.InRange(product * 12 / N, -4 / Math.Sqrt(N), 4 / Math.Sqrt(N));
        AssertUniform(counts);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(ulong.MaxValue)]
    public void NextDouble_IsUniform(ulong seed)
    {
        var stream = RandomStream.Create(seed, 0, "test");
        var counts = new int[64];
        var numbers = new double[N];
        stream.Fill(numbers);
        foreach (double value in numbers)
        {
            Assert.InRange(value, 0, Math.BitDecrement(1.0));
            counts[(int)(value * counts.Length)]++;
        }
        AssertUniform(counts);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void NextInt_IsUniform(int upper)
    {
        var stream = RandomStream.Create(3, 0, "test");
        var counts = new int[upper];
        for (int i = 0; i < N; i++) counts[stream.NextInt(upper)]++;
        AssertUniform(counts);
    }

    [Fact]
    public void NextInt_LargeRange_StaysInside()
    {
        var stream = RandomStream.Create(3, 0, "test");
        for (int i = 0; i < N; i++) Assert.InRange(stream.NextInt(int.MaxValue), 0, int.MaxValue - 1);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void NextInt_EmptyRange_Throws(int upper) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => RandomStream.Create(0, 0, "test").NextInt(upper));

    [Fact]
    public void NextNormal_HasTheRightMoments()
    {
        var stream = RandomStream.Create(9, 0, "test");
        double sum = 0, squares = 0, fourth = 0;
        for (int i = 0; i < N; i++)
        {
            double z = stream.NextNormal();
            sum += z;
            squares += z * z;
            fourth += z * z * z * z;
        }
        // Standard errors 1/√N, √(2/N), √(96/N); four of each.
        Assert.InRange(sum / N, -4 / Math.Sqrt(N), 4 / Math.Sqrt(N));
        Assert.InRange(squares / N - 1, -4 * Math.Sqrt(2.0 / N), 4 * Math.Sqrt(2.0 / N));
        Assert.InRange(fourth / N - 3, -4 * Math.Sqrt(96.0 / N), 4 * Math.Sqrt(96.0 / N));
    }

    [Fact]
    public void Create_AllocatesOneObject()
    {
        string purpose = "tpe", detail = "learning rate";
        _ = RandomStream.Create(0, 0, purpose, detail);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++) _ = RandomStream.Create(0, i, purpose, detail).NextUInt64();
        // Header, method table and four words: 48 bytes an object.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000 * 48);
    }

    private static void AssertUniform(int[] counts)
    {
        double expected = (double)N / counts.Length, statistic = 0;
        foreach (int count in counts) statistic += (count - expected) * (count - expected) / expected;
        // A chi-squared variable has mean k and variance 2k; five deviations and some for the skew of few cells.
        double k = counts.Length - 1;
        Assert.InRange(statistic, 0, k + 5 * Math.Sqrt(2 * k) + 10);
    }

    [Fact]
    public void FirstDouble_IsTheStreamsFirstNumber()
    {
        for (int trial = 0; trial < 100; trial++)
        {
            Assert.Equal(RandomStream.Create(7, trial, "purpose", "detail").NextDouble(), RandomStream.FirstDouble(7, trial, "purpose", "detail"));
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 8.5)]
    [InlineData(7, 3.25)]
    [InlineData(200, 1)]
    public void Beta_draws_have_its_mean_and_variance(double a, double b)
    {
        const int Draws = 20_000;
        var random = RandomStream.Create(3, 0, "beta");
        double[] draws = [.. Enumerable.Range(0, Draws).Select(_ => random.NextBeta(a, b))];
        double mean = a / (a + b), variance = mean * (1 - mean) / (a + b + 1);
        Assert.All(draws, draw => Assert.InRange(draw, 0, 1));
        Assert.InRange(draws.Average() - mean, -4 * Math.Sqrt(variance / Draws), 4 * Math.Sqrt(variance / Draws));
        // The square of a beta draw has a kurtosis of at most about 9 for these shapes.
        Assert.InRange(draws.Average(draw => (draw - mean) * (draw - mean)) / variance, 1 - (4 * Math.Sqrt(9.0 / Draws)), 1 + (4 * Math.Sqrt(9.0 / Draws)));
    }
}
