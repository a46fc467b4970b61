using System.Text.Json;
using CsCheck;
using HyperTune.Spaces;
using HyperTune.Testing;

namespace HyperTune.Tests.Spaces;

public sealed class SearchSpaceTransformTests
{
    private static readonly SearchSpaceTransformOptions Unit = new() { ScalesToUnit = true };

    [Theory]
    [Trait("Category", "Golden")]
    [InlineData("raw")]
    [InlineData("unit")]
    public void Points_of_the_reference_are_met(string form)
    {
        using var golden = GoldenFile.Open("golden/sobol.json");
        foreach (var item in golden.RootElement.GetProperty("transform").EnumerateArray())
        {
            var distribution = Read(item.GetProperty("distribution"));
            var transform = new SearchSpaceTransform(SearchSpace.Create([new("x", distribution)]), new() { ScalesToUnit = form == "unit" });
            var expected = item.GetProperty(form);
            double[] bounds = expected.GetProperty("bounds").Numbers();
            double[] points = expected.GetProperty("points").Numbers();
            double[] untransformed = expected.GetProperty("untransformed").Numbers();
            double[] retransformed = expected.GetProperty("retransformed").Numbers();

            AssertNear(bounds[0], transform.LowerBounds[0], $"{distribution} low");
            AssertNear(bounds[1], transform.UpperBounds[0], $"{distribution} high");
            for (int i = 0; i < points.Length; i++)
            {
                double[] value = [0], vector = [0];
                transform.Untransform([points[i]], value);
                // The exponential of a logarithm misses a bound by rounding; what we give back is cut to it.
                AssertNear(untransformed[i], value[0], $"{distribution} back from {points[i]:R}");
                Assert.True(distribution.Contains(value[0]));
                transform.Transform(value, vector);
                AssertNear(retransformed[i], vector[0], $"{distribution} of {value[0]:R}");
            }
        }
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void Bounds_without_half_step_are_met()
    {
        using var golden = GoldenFile.Open("golden/sobol.json");
        foreach (var item in golden.RootElement.GetProperty("transform").EnumerateArray())
        {
            var distribution = Read(item.GetProperty("distribution"));
            var transform = new SearchSpaceTransform(SearchSpace.Create([new("x", distribution)]), new() { WidensSteps = false });
            double[] bounds = item.GetProperty("bounds_without_half_step").Numbers();

            AssertNear(bounds[0], transform.LowerBounds[0], $"{distribution} low");
            AssertNear(bounds[1], transform.UpperBounds[0], $"{distribution} high");
        }
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void One_hot_columns_of_the_reference_are_met()
    {
        using var golden = GoldenFile.Open("golden/sobol.json");
        var space = SearchSpace.Empty.AddCategorical("c", ["a", "b", "c"]).AddDouble("x", 0, 2).AddInt("k", 1, 5).AddCategorical("e", [1, 2]);
        var transform = new SearchSpaceTransform(space);
        int column = 0;
        foreach (var bounds in golden.RootElement.GetProperty("one_hot_bounds").EnumerateArray())
        {
            Assert.Equal(bounds[0].GetDouble(), transform.LowerBounds[column]);
            Assert.Equal(bounds[1].GetDouble(), transform.UpperBounds[column++]);
        }
        Assert.Equal(column, transform.Columns);
        foreach (var item in golden.RootElement.GetProperty("one_hot").EnumerateArray())
        {
            double[] values = new double[4];
            transform.Untransform(item.GetProperty("encoded").Numbers(), values);

            Assert.Equal([item.GetProperty("c_index").GetDouble(), item.GetProperty("x").GetDouble(), item.GetProperty("k").GetDouble(), item.GetProperty("e_index").GetDouble()], values);
        }
    }

    [Fact]
    public void Columns_belong_to_parameters()
    {
        var transform = new SearchSpaceTransform(SearchSpace.Empty.AddDouble("x", 0, 1).AddCategorical("c", ["a", "b", "c"]).AddInt("k", 0, 1));

        Assert.Equal(5, transform.Columns);
        Assert.Equal([0..1, 1..4, 4..5], Enumerable.Range(0, 3).Select(transform.ColumnsOf));
        Assert.Equal([0, 1, 1, 1, 2], Enumerable.Range(0, 5).Select(transform.ParameterOf));
    }

    [Fact]
    public void Absent_parameters_are_NaN_both_ways()
    {
        foreach (var options in new[] { new SearchSpaceTransformOptions(), Unit })
        {
            var transform = new SearchSpaceTransform(
                SearchSpace.Empty.AddDouble("x", 1, 2, log: true).AddCategorical("c", ["a", "b"]).AddInt("k", 0, 9).AddInt("l", 1, 9, log: true).AddDouble("s", 0, 1, step: 0.5).AddDouble("one", 1, 1),
                options);
            double[] values = [double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN], vector = new double[7], back = new double[6];
            transform.Transform(values, vector);
            transform.Untransform(vector, back);

            Assert.All(vector, number => Assert.Equal(double.NaN, number));
            Assert.Equal(values, back);
        }
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        var transform = new SearchSpaceTransform(SearchSpace.Empty.AddDouble("x", 0, 1).AddCategorical("c", ["a", "b"]));

        Assert.Throws<ArgumentException>(() => transform.Transform([0.5], new double[3]));
        Assert.Throws<ArgumentException>(() => transform.Transform([0.5, 0], new double[2]));
        Assert.Throws<ArgumentException>(() => transform.Untransform(new double[4], new double[2]));
        Assert.Throws<ArgumentException>(() => transform.Transform([0.5, 2], new double[3]));
        Assert.Throws<ArgumentException>(() => transform.Transform([0.5, -1], new double[3]));
        var infinite = Distribution.Parse("{\"type\": \"float\", \"low\": -Infinity, \"high\": 0}");
        Assert.Contains("'y'", Assert.Throws<ArgumentException>(() => new SearchSpaceTransform(SearchSpace.Create([new("y", infinite)]))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.5, 0.0)]
    [InlineData(1.5, 2.0)]
    [InlineData(2.5, 2.0)]
    public void Stepped_doubles_round_half_to_even(double vector, double expected) =>
        Assert.Equal(expected, Back(new FloatDistribution(0, 4, step: 1), vector));

    [Theory]
    [InlineData(0.5, 1.0)]
    [InlineData(1.5, 2.0)]
    [InlineData(2.5, 3.0)]
    [InlineData(-7.0, 0.0)]
    [InlineData(99.0, 4.0)]
    public void Whole_numbers_round_half_up(double vector, double expected) => Assert.Equal(expected, Back(new IntDistribution(0, 4), vector));

    [Fact]
    public void Continuous_ranges_are_half_open()
    {
        Assert.Equal(Math.BitDecrement(1.0), Back(new FloatDistribution(0, 1), 1.0));
        Assert.Equal(-double.Epsilon, Back(new FloatDistribution(-1, 0), 0.0));
        Assert.Equal(1.0, Back(new FloatDistribution(1, 1), 1.0));
        Assert.Equal(0.0, Back(new FloatDistribution(0, 1), -0.5));
        // exp(ln 1e-8) is below 1e-8.
        Assert.Equal(1e-8, Back(new FloatDistribution(1e-8, 1, log: true), Math.Log(1e-8)));
        Assert.Equal(0.001, Back(new FloatDistribution(0.001, 0.001, log: true), Math.Log(0.001)));
    }

    [Fact]
    public void First_of_equal_columns_wins()
    {
        Assert.Equal(1.0, Back(new CategoricalDistribution(["a", "b", "c"]), 0.1, 0.7, 0.7));
        Assert.Equal(0.0, Back(new CategoricalDistribution(["a", "b", "c"]), 0, 0, 0));
    }

    [Fact]
    public void Without_log_a_logarithmic_range_is_linear()
    {
        var transform = new SearchSpaceTransform(
            SearchSpace.Empty.AddDouble("x", 1, 100, log: true).AddInt("k", 1, 100, log: true), new() { UsesLog = false });
        double[] vector = new double[2], back = new double[2];
        transform.Transform([10, 20], vector);
        transform.Untransform([10.25, 20.4], back);

        Assert.Equal([10.0, 20.0], vector);
        Assert.Equal([10.25, 20.0], back);
        Assert.Equal([1.0, 0.5], transform.LowerBounds);
        Assert.Equal([100.0, 100.5], transform.UpperBounds);
    }

    [Fact]
    public void Points_come_back() => Gen.Select(DistributionGenerators.All.Array[1, 6], Gen.Double.Unit.Array[6], Gen.Bool, Gen.Bool).Sample((distributions, draws, unit, half) =>
    {
        var space = SearchSpace.Create(distributions.Select((distribution, i) => new SearchSpaceParameter($"p{i}", distribution)));
        var transform = new SearchSpaceTransform(space, new() { ScalesToUnit = unit, WidensSteps = half });
        double[] values = new double[space.Count], vector = new double[transform.Columns], back = new double[space.Count];
        for (int i = 0; i < values.Length; i++) values[i] = RandomDraw.FromUniform(distributions[i], draws[i]);
        transform.Transform(values, vector);
        transform.Untransform(vector, back);
        for (int i = 0; i < values.Length; i++)
        {
            if (!distributions[i].Contains(back[i])) return false;
            switch (distributions[i])
            {
                case FloatDistribution { Step: null } d:
                    // Scaling to [0, 1] rounds relative to the range; a logarithm of up to 700 rounds its exponential by 700 ulps.
                    double scale = d.Log ? 1500 * Math.Abs(values[i]) : 4 * Math.Max(Math.Abs(d.Low), Math.Abs(d.High));
                    if (Math.Abs(values[i] - back[i]) > scale * 4.5e-16) return false;
                    break;
                case FloatDistribution d:
                    if (Math.Abs(values[i] - back[i]) > 1e-6 * d.Step) return false;
                    break;
                case IntDistribution { GridSize: < 1L << 40 }:
                case CategoricalDistribution:
                    if (values[i] != back[i]) return false;
                    break;
            }
        }
        return true;
    });

    [Fact]
    public void Vectors_inside_and_outside_the_bounds_give_values_of_the_space() =>
        Gen.Select(DistributionGenerators.All, Gen.Double[-0.5, 1.5].Array[8], Gen.Bool).Sample((distribution, shares, unit) =>
        {
            var transform = new SearchSpaceTransform(SearchSpace.Create([new("x", distribution)]), new() { ScalesToUnit = unit });
            double[] vector = new double[transform.Columns], value = new double[1];
            for (int i = 0; i < vector.Length; i++) vector[i] = RandomDraw.Between(transform.LowerBounds[i], transform.UpperBounds[i], shares[i]);
            transform.Untransform(vector, value);
            return distribution.Contains(value[0]);
        });

    [Fact]
    public void Transforming_allocates_nothing()
    {
        var transform = new SearchSpaceTransform(SearchSpace.Empty.AddDouble("x", 1, 2, log: true).AddCategorical("c", ["a", "b"]).AddInt("k", 0, 9));
        double[] values = [1.5, 1, 3], vector = new double[4];
        transform.Transform(values, vector);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            transform.Transform(values, vector);
            transform.Untransform(vector, values);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    private static double Back(Distribution distribution, params double[] vector)
    {
        double[] value = [0];
        new SearchSpaceTransform(SearchSpace.Create([new("x", distribution)])).Untransform(vector, value);
        return value[0];
    }

    private static Distribution Read(JsonElement item)
    {
        bool log = item.GetProperty("log").GetBoolean();
        return item.GetProperty("type").GetString() == "float"
            ? new FloatDistribution(item.GetProperty("low").GetDouble(), item.GetProperty("high").GetDouble(), log,
                item.GetProperty("step") is { ValueKind: JsonValueKind.Number } step ? step.GetDouble() : null)
            : new IntDistribution(item.GetProperty("low").GetInt64(), item.GetProperty("high").GetInt64(), log, item.GetProperty("step").GetInt64());
    }

    // Logarithms and exponentials of two platforms differ in the last bits.
    private static void AssertNear(double expected, double actual, string what) =>
        Assert.True(Math.Abs(expected - actual) <= 1e-14 * Math.Max(Math.Abs(expected), 1e-6) || expected.Equals(actual), $"{what}: expected {expected:R}, got {actual:R}.");
}
