using CsCheck;
using HyperTune.Numerics;
using HyperTune.Samplers.Tpe;
using HyperTune.Testing;

namespace HyperTune.Tests.Samplers.Tpe;

public sealed class ParzenEstimatorTests
{
    private static readonly ParzenDimension[] AllKinds =
    [
        ParzenDimension.Stepped(1, 12),
        ParzenDimension.Continuous(-2, 3),
        ParzenDimension.Categorical(4),
        ParzenDimension.Stepped(1, 5000, 1, isLog: true),
        ParzenDimension.Continuous(1e-4, 10, isLog: true),
        ParzenDimension.Stepped(-1, 1, 0.25),
        ParzenDimension.Categorical(3, (i, j) => Math.Abs(i - j)),
        ParzenDimension.Continuous(0, 1),
    ];

    private static readonly Gen<ParzenOptions> Options =
        Gen.Select(Gen.Bool, Gen.Bool, Gen.Int[0, 2], Gen.Bool, (clip, endpoints, prior, uniform) => new ParzenOptions
        {
            HasMagicClip = clip,
            ConsidersEndpoints = endpoints,
            PriorWeight = new[] { 1.0, 0.3, 5.0 }[prior],
            Weights = uniform ? TpeWeights.Uniform : TpeWeights.Default,
        });

    [Fact]
    public void What_was_removed_leaves_no_trace()
    {
        // Few orders make collisions, and removals of what is there, frequent; sizes pass 98, where widths stop moving.
        Gen.Select(Options, Gen.UInt, Gen.Int[1, 400], Gen.Int[3, 150]).Sample((options, seed, steps, orders) =>
        {
            var random = RandomStream.Create(seed, 0, "test");
            var estimator = new ParzenEstimator(AllKinds, options);
            var kept = new SortedDictionary<int, double[]>();
            double[] candidates = Values(random, 5);
            for (int step = 0; step < steps; step++)
            {
                int order = random.NextInt(orders);
                if (kept.Remove(order))
                {
                    Assert.True(estimator.Remove(order));
                }
                else
                {
                    Assert.False(estimator.Remove(order));
                    kept[order] = Values(random, 1);
                    estimator.Insert(order, kept[order]);
                }
                if (random.NextInt(8) == 0) LogPdf(estimator, candidates);
            }

            var fresh = new ParzenEstimator(AllKinds, options);
            foreach ((int order, double[] values) in kept) fresh.Insert(order, values);
            Assert.Equal(kept.Keys, estimator.Orders.ToArray());
            Assert.Equal(fresh.CopyWeights(), estimator.CopyWeights());
            Assert.Equal(LogPdf(fresh, candidates), LogPdf(estimator, candidates));
            Assert.Equal(Draws(fresh, 10), Draws(estimator, 10));
        }, iter: 150);
    }

    [Fact]
    public void Observations_taken_in_at_once_are_those_taken_in_one_by_one()
    {
        Gen.Select(Options, Gen.UInt, Gen.Int[0, 300], Gen.Int[0, 300], Gen.Int[0, 20]).Sample((options, seed, before, n, after) =>
        {
            var random = RandomStream.Create(seed, 0, "test");
            ParzenEstimator single = new(AllKinds, options), bulk = new(AllKinds, options);
            double[] candidates = Values(random, 5);
            for (int i = 0; i < before; i++) bulk.Insert(1000 + i, Values(random, 1));
            if (seed % 2 == 0) LogPdf(bulk, candidates);
            int[] orders = [.. Enumerable.Range(0, n).Select(i => 3 * i)];
            double[] values = [.. orders.SelectMany(_ => Values(random, 1))];
            for (int i = 0; i < n; i++) single.Insert(orders[i], values.AsSpan(i * AllKinds.Length, AllKinds.Length));

            bulk.Reset(orders, values);

            for (int i = 0; i <= after; i++)
            {
                Assert.Equal(single.Orders.ToArray(), bulk.Orders.ToArray());
                Assert.Equal(single.CopyWeights(), bulk.CopyWeights());
                Assert.Equal(LogPdf(single, candidates), LogPdf(bulk, candidates));
                Assert.Equal(Draws(single, 10), Draws(bulk, 10));
                double[] more = Values(random, 1);
                foreach (ParzenEstimator estimator in (ParzenEstimator[])[single, bulk])
                {
                    estimator.Remove(6 * i);
                    estimator.Insert((3 * i) + 1, more);
                }
            }
        }, iter: 100);
    }

    [Fact]
    public void Observations_that_are_none_are_refused_at_once_and_leave_the_former_ones()
    {
        var estimator = new ParzenEstimator([ParzenDimension.Continuous(0, 1), ParzenDimension.Categorical(2)]);
        estimator.Insert(7, [0.5, 1]);
        Assert.Throws<ArgumentException>("orders", () => estimator.Reset([1, 1], [0.1, 0, 0.2, 0]));
        Assert.Throws<ArgumentException>("orders", () => estimator.Reset([2, 1], [0.1, 0, 0.2, 0]));
        Assert.Throws<ArgumentException>("values", () => estimator.Reset([1, 2], [0.1, 0, 0.2]));
        Assert.Throws<ArgumentOutOfRangeException>("value", () => estimator.Reset([1], [double.NaN, 0]));
        Assert.Throws<ArgumentOutOfRangeException>("value", () => estimator.Reset([1], [0.1, 2]));
        Assert.Equal([7], estimator.Orders.ToArray());
    }

    [Fact]
    public void Densities_agree_with_the_plain_formulas()
    {
        Gen.Select(Options, Gen.UInt, Gen.Int[0, 700]).Sample((options, seed, n) =>
        {
            var random = RandomStream.Create(seed, 0, "test");
            var estimator = new ParzenEstimator(AllKinds, options);
            var rows = new List<double[]>();
            for (int i = 0; i < n; i++)
            {
                rows.Add(Values(random, 1));
                estimator.Insert(i, rows[i]);
            }
            double[] candidates = [.. Values(random, 8), .. Draws(estimator, 8)];
            double[] actual = LogPdf(estimator, candidates);
            for (int c = 0; c < actual.Length; c++)
            {
                double expected = PlainParzen.LogPdf(AllKinds, options, rows, candidates.AsSpan(c * AllKinds.Length, AllKinds.Length));
                GoldenFile.Close(expected, actual[c], 1e-10, $"candidate {c} of {n} observations");
            }
        }, iter: 60);
    }

    [Fact]
    public void Far_kernels_left_out_do_not_show()
    {
        // Narrow kernels in many dimensions: nearly all are ruled out early, and the sum must not move by 1e-12.
        var space = Enumerable.Repeat(ParzenDimension.Continuous(0, 1), 10).ToArray();
        var random = RandomStream.Create(4, 0, "test");
        var estimator = new ParzenEstimator(space);
        var rows = new List<double[]>();
        for (int i = 0; i < 3000; i++)
        {
            double spread = i % 3 == 0 ? 1 : 0.05;
            rows.Add([.. space.Select(_ => 0.3 + spread * 0.7 * random.NextDouble())]);
            estimator.Insert(i, rows[i]);
        }
        var candidates = new double[40 * space.Length];
        estimator.Sample(random, candidates, 40);
        double[] actual = LogPdf(estimator, candidates);
        for (int c = 0; c < actual.Length; c++)
        {
            double expected = PlainParzen.LogPdf(space, ParzenOptions.Default, rows, candidates.AsSpan(c * space.Length, space.Length));
            Assert.InRange(actual[c] - expected, -1e-12, 1e-12);
        }
    }

    [Fact]
    public void Continuous_density_integrates_to_1()
    {
        Gen.Select(Options, Gen.UInt, Gen.Int[0, 40], Gen.Bool).Sample((options, seed, n, isLog) =>
        {
            // Without the clip two equal observations make a spike that no quadrature sees.
            var dimension = ParzenDimension.Continuous(0.5, 8, isLog);
            var estimator = Filled(dimension, options with { HasMagicClip = true }, seed, n);
            const int Cells = 4000;
            double a = dimension.AdaptedLow, width = (dimension.AdaptedHigh - a) / Cells, sum = 0;
            var candidates = new double[2 * Cells];
            // Two-point Gauss-Legendre in each cell.
            for (int i = 0; i < candidates.Length; i++)
            {
                double x = a + width * (i / 2 + 0.5 + (i % 2 == 0 ? -0.5 : 0.5) / Math.Sqrt(3));
                candidates[i] = isLog ? Math.Exp(x) : x;
            }
            foreach (double log in LogPdf(estimator, candidates)) sum += 0.5 * width * Math.Exp(log);
            Assert.InRange(sum, 1 - 1e-9, 1 + 1e-9);
        }, iter: 40);
    }

    public static readonly TheoryData<int> Discrete = [0, 2, 3, 5, 6];

    [Theory]
    [MemberData(nameof(Discrete))]
    public void Discrete_masses_sum_to_1(int kind)
    {
        var dimension = AllKinds[kind];
        Gen.Select(Options, Gen.UInt, Gen.Int[0, 120]).Sample((options, seed, n) =>
        {
            double sum = LogPdf(Filled(dimension, options, seed, n), Grid(dimension)).Sum(Math.Exp);
            Assert.InRange(sum, 1 - 1e-11, 1 + 1e-11);
        }, iter: 20);
    }

    [Fact]
    public void Draws_lie_inside_the_bounds_and_on_the_grid()
    {
        Gen.Select(Options, Gen.UInt, Gen.Int[0, 60]).Sample((options, seed, n) =>
        {
            var random = RandomStream.Create(seed, 0, "test");
            var estimator = new ParzenEstimator(AllKinds, options);
            // Observations may lie outside the present bounds.
            for (int i = 0; i < n; i++) estimator.Insert(i, [.. Values(random, 1).Select((v, d) => AllKinds[d].IsCategorical ? v : v * 3 - 1)]);
            double[] draws = Draws(estimator, 30);
            for (int i = 0; i < draws.Length; i++)
            {
                var dimension = AllKinds[i % AllKinds.Length];
                Assert.InRange(draws[i], dimension.Low, dimension.High);
                double steps = dimension.IsCategorical ? draws[i] : dimension.Step > 0 ? (draws[i] - dimension.Low) / dimension.Step : 0;
                Assert.Equal(Math.Round(steps), steps, 1e-9);
            }
            foreach (double log in LogPdf(estimator, draws)) Assert.True(double.IsFinite(log));
        }, iter: 60);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Continuous_draws_follow_the_density(bool isLog)
    {
        var dimension = ParzenDimension.Continuous(0.01, 10, isLog);
        var estimator = Filled(dimension, ParzenOptions.Default, 3, 12);
        const int N = 100_000;
        double[] draws = Draws(estimator, N);
        Array.Sort(draws);
        double a = dimension.AdaptedLow, range = dimension.AdaptedHigh - a, largest = 0;
        const int Cells = 5000;
        double[] middles = [.. Enumerable.Range(0, Cells).Select(i => a + range * (i + 0.5) / Cells)];
        double[] logs = LogPdf(estimator, isLog ? [.. middles.Select(Math.Exp)] : middles);
        double cumulative = 0;
        int below = 0;
        for (int i = 0; i < Cells; i++)
        {
            cumulative += Math.Exp(logs[i]) * range / Cells;
            double edge = a + range * (i + 1) / Cells;
            while (below < N && dimension.ToScale(draws[below]) <= edge) below++;
            largest = Math.Max(largest, Math.Abs((double)below / N - cumulative));
        }
        // Kolmogorov: P(√N·D > 2.23) = 2·exp(-2·2.23²) = 1e-4.
        Assert.InRange(largest * Math.Sqrt(N), 0, 2.23);
    }

    [Theory]
    [InlineData(-9.0)]
    [InlineData(-50.0)]
    [InlineData(61.0)]
    public void Draws_from_a_kernel_far_outside_follow_its_tail(double observation)
    {
        // The widest kernel there is, many deviations away: the draws crowd at the near bound as an exponential does.
        var estimator = new ParzenEstimator([ParzenDimension.Continuous(0, 1)], new ParzenOptions { PriorWeight = 1e-9 });
        estimator.Insert(0, [observation]);
        const int N = 20_000;
        double rate = Math.Abs(observation < 0 ? observation : observation - 1);
        double mean = Draws(estimator, N).Average(x => observation < 0 ? x : 1 - x);
        double a = rate, b = rate + 1;
        double share = Math.Exp(NormalDistribution.LogDensity(a) - NormalDistribution.LogMass(a, b));
        double rest = Math.Exp(NormalDistribution.LogDensity(b) - NormalDistribution.LogMass(a, b));
        // The mean of a normal cut off at a and b is (φ(a) - φ(b))/mass; its deviation is below 1/rate.
        Assert.InRange(mean - (share - rest - rate), -4 / rate / Math.Sqrt(N), 4 / rate / Math.Sqrt(N));
    }

    [Theory]
    [MemberData(nameof(Discrete))]
    public void Discrete_draws_follow_the_masses(int kind)
    {
        var dimension = AllKinds[kind];
        var estimator = Filled(dimension, ParzenOptions.Default, 5, 12);
        const int N = 100_000;
        double[] grid = Grid(dimension), logs = LogPdf(estimator, grid), draws = Draws(estimator, N);
        Array.Sort(draws);
        // Neighbours are pooled to at least 50 expected draws; the edges stay visible as the first and last cells.
        double statistic = 0, expected = 0;
        int cells = 0, position = 0, observed = 0;
        for (int i = 0; i < grid.Length; i++)
        {
            expected += N * Math.Exp(logs[i]);
            for (; position < N && draws[position] <= grid[i]; position++) observed++;
            if (expected < 50 && i < grid.Length - 1) continue;
            statistic += (observed - expected) * (observed - expected) / Math.Max(expected, 1);
            (expected, observed) = (0, 0);
            cells++;
        }
        // Wilson and Hilferty: the cube root of a chi-squared number over k is nearly normal; 3.72 deviations are p = 1e-4.
        double k = cells - 1;
        double z = (Math.Cbrt(statistic / k) - (1 - 2 / (9 * k))) / Math.Sqrt(2 / (9 * k));
        Assert.InRange(z, -5, 3.72);
    }

    [Fact]
    public void Mean_ratio_of_densities_under_the_denominator_is_1()
    {
        var random = RandomStream.Create(11, 0, "test");
        var good = new ParzenEstimator(AllKinds);
        var bad = new ParzenEstimator(AllKinds);
        for (int i = 0; i < 8; i++) good.Insert(i, Values(random, 1));
        // One observation and the wide prior kernel keep the ratio's variance small.
        bad.Insert(0, Values(random, 1));
        const int N = 100_000;
        double[] draws = Draws(good, N), l = LogPdf(good, draws), g = LogPdf(bad, draws);
        double sum = 0, squares = 0;
        for (int i = 0; i < N; i++)
        {
            double ratio = Math.Exp(g[i] - l[i]);
            sum += ratio;
            squares += ratio * ratio;
        }
        double mean = sum / N, error = Math.Sqrt((squares / N - mean * mean) / N);
        Assert.InRange(mean, 1 - 4 * error, 1 + 4 * error);
        Assert.InRange(error, 0, 0.05);
    }

    [Fact]
    public void LogPdf_OutsideTheBounds_IsMinusInfinity()
    {
        var estimator = Filled(AllKinds[1], ParzenOptions.Default, 1, 5);
        Assert.All(LogPdf(estimator, [-2.001, 3.001, double.NaN]), log => Assert.Equal(double.NegativeInfinity, log));
        Assert.All(LogPdf(estimator, [-2.0, 3.0]), log => Assert.True(double.IsFinite(log)));
    }

    [Fact]
    public void Steady_state_allocates_nothing_per_observation()
    {
        var space = Enumerable.Repeat(ParzenDimension.Continuous(0, 1), 5).Append(ParzenDimension.Categorical(3)).ToArray();
        var estimator = new ParzenEstimator(space);
        var random = RandomStream.Create(1, 0, "test");
        var row = new double[space.Length];
        var candidates = new double[24 * space.Length];
        var logs = new double[24];
        // Room is made in advance: growing is paid once in a while, not here.
        for (int i = 0; i < 520; i++) estimator.Insert(i, row);
        for (int i = 300; i < 520; i++) estimator.Remove(i);
        Ask(300);
        // The runtime allocates on any thread now and then, when it compiles a method anew; of several rounds one is without.
        long least = long.MaxValue;
        for (int round = 0; round < 4; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 1; i < 50; i++) Ask(300 + (50 * round) + i);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);

        void Ask(int order)
        {
            random.Fill(row);
            row[^1] = 1;
            estimator.Insert(order, row);
            estimator.Sample(random, candidates, 24);
            estimator.LogPdf(candidates, logs);
            if (order % 3 == 0) estimator.Remove(order - 7);
        }
    }

    [Fact]
    public void Bad_input_is_refused_and_changes_nothing()
    {
        var estimator = new ParzenEstimator([ParzenDimension.Continuous(0, 1), ParzenDimension.Categorical(2)]);
        estimator.Insert(3, [0.5, 1]);
        Assert.Throws<ArgumentException>(() => estimator.Insert(3, [0.5, 1]));
        Assert.Throws<ArgumentException>(() => estimator.Insert(4, [0.5]));
        Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Insert(4, [double.NaN, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Insert(4, [double.PositiveInfinity, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Insert(4, [0.5, 2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => estimator.Insert(4, [0.5, 0.5]));
        Assert.Throws<ArgumentException>(() => estimator.UseWeights([1, 1]));
        Assert.Throws<ArgumentException>(() => estimator.LogPdf([0.5], new double[1]));
        Assert.Equal([3], estimator.Orders.ToArray());
        Assert.Equal([0.5, 0.5], estimator.CopyWeights());
    }

    [Theory]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(0.0)]
    public void Bad_weights_are_refused(double weight)
    {
        var estimator = new ParzenEstimator([ParzenDimension.Continuous(0, 1)], new ParzenOptions { Weights = weights => weights.Fill(weight) });
        estimator.Insert(0, [0.5]);
        Assert.Throws<ArgumentException>(estimator.Prepare);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Bad_prior_weight_is_refused(double weight) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new ParzenOptions { PriorWeight = weight });

    [Theory]
    [InlineData(1.0, 1.0, 0.0, false)]
    [InlineData(2.0, 1.0, 0.0, false)]
    [InlineData(0.0, 1.0, 0.0, true)]
    [InlineData(double.NaN, 1.0, 0.0, false)]
    [InlineData(0.0, double.PositiveInfinity, 0.0, false)]
    [InlineData(2.0, 1.0, 1.0, false)]
    [InlineData(0.0, 1.0, -1.0, false)]
    [InlineData(0.5, 1.5, 1.0, true)]
    public void Bad_bounds_are_refused(double low, double high, double step, bool isLog) =>
        Assert.ThrowsAny<ArgumentException>(() =>
            step == 0 ? ParzenDimension.Continuous(low, high, isLog) : ParzenDimension.Stepped(low, high, step, isLog));

    [Theory]
    [InlineData(-1.0)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Bad_distances_are_refused(double distance) =>
        Assert.Throws<ArgumentException>(() => new ParzenEstimator([ParzenDimension.Categorical(3, (_, _) => distance)]));

    private static ParzenEstimator Filled(ParzenDimension dimension, ParzenOptions options, uint seed, int n)
    {
        var random = RandomStream.Create(seed, 0, "test");
        var estimator = new ParzenEstimator([dimension], options);
        for (int i = 0; i < n; i++) estimator.Insert(i, [Value(dimension, random)]);
        return estimator;
    }

    private static double[] Values(RandomStream random, int rows) =>
        [.. Enumerable.Range(0, rows).SelectMany(_ => AllKinds.Select(dimension => Value(dimension, random)))];

    /// <summary>A value of the dimension; every fourth number comes from a coarse grid, so that there are ties.</summary>
    private static double Value(ParzenDimension dimension, RandomStream random)
    {
        double u = random.NextInt(4) == 0 ? random.NextInt(5) / 4.0 : random.NextDouble();
        if (dimension.IsCategorical) return Math.Min(Math.Floor(u * dimension.Choices), dimension.Choices - 1);
        double value = dimension.IsLog ? dimension.Low * Math.Pow(dimension.High / dimension.Low, u) : dimension.Low + u * (dimension.High - dimension.Low);
        if (dimension.Step > 0) value = dimension.Low + Math.Round((value - dimension.Low) / dimension.Step) * dimension.Step;
        return Math.Clamp(value, dimension.Low, dimension.High);
    }

    private static double[] Grid(ParzenDimension dimension)
    {
        double step = dimension.IsCategorical ? 1 : dimension.Step;
        int count = (int)Math.Round((dimension.High - dimension.Low) / step) + 1;
        return [.. Enumerable.Range(0, count).Select(i => dimension.Low + i * step)];
    }

    private static double[] LogPdf(ParzenEstimator estimator, double[] candidates)
    {
        var logs = new double[candidates.Length / estimator.Dimensions.Count];
        estimator.LogPdf(candidates, logs);
        return logs;
    }

    private static double[] Draws(ParzenEstimator estimator, int count)
    {
        var draws = new double[count * estimator.Dimensions.Count];
        estimator.Sample(RandomStream.Create(77, 1, "draws"), draws, count);
        return draws;
    }
}
