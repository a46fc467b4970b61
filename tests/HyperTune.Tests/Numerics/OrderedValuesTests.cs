using CsCheck;
using HyperTune.Numerics;

namespace HyperTune.Tests.Numerics;

public sealed class OrderedValuesTests
{
    // Few different numbers, so that ties are frequent, and everything that a report may be.
    private static readonly Gen<double> Value = Gen.Frequency(
        (8, Gen.Int[-10, 10].Select(value => value / 4.0)),
        (8, Gen.Double[-1e6, 1e6]),
        (1, Gen.OneOf(double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.MinValue)));

    [Fact]
    public void Percentile_equals_that_of_the_sorted_values() =>
        Gen.Select(Value.Array[0, 300], Gen.Double[0, 100]).Sample((values, percent) => Assert.Equal(Oracle(values, percent), OrderedValues.Empty.With(values).Percentile(percent)));

    [Fact]
    public void CountBelow_equals_a_count() =>
        Gen.Select(Value.Array[0, 300], Value).Sample((values, number) => double.IsNaN(number)
            || OrderedValues.Empty.With(values).CountBelow(number) == values.Count(value => value < number));

    [Fact]
    public void Values_added_in_any_portions_are_the_sorted_values() =>
        Value.Array[0, 40].Array[0, 30].Sample(portions =>
        {
            OrderedValues values = OrderedValues.Empty;
            foreach (double[] portion in portions) values = values.With(portion);
            Check([.. portions.SelectMany(portion => portion)], values);
        });

    [Fact]
    public void Values_added_one_by_one_are_the_sorted_values()
    {
        // Long enough for chunks to split many times, in ascending, descending and mixed order.
        const int count = 20_000;
        var random = new Random(1);
        double[][] orders = [[.. Enumerable.Range(0, count)], [.. Enumerable.Range(0, count).Select(i => -i)], [.. Enumerable.Range(0, count).Select(_ => (double)random.Next(5000))]];
        foreach (double[] order in orders)
        {
            OrderedValues values = OrderedValues.Empty;
            foreach (double value in order) values = values.With(value);
            Check(order, values);
        }
    }

    [Fact]
    public void A_former_version_stays_as_it_was() =>
        Gen.Select(Value.Array[0, 200], Value.Array[0, 200]).Sample((first, second) =>
        {
            OrderedValues former = OrderedValues.Empty.With(first);
            OrderedValues later = former.With(second);
            foreach (double value in second) later = later.Without(value);
            Check(first, former);
            Check(first, later);
        });

    [Fact]
    public void Percentile_rises_with_the_percentage() =>
        Gen.Select(Gen.Double[-1e6, 1e6].Array[1, 100], Gen.Double[0, 100], Gen.Double[0, 100]).Sample((values, one, other) =>
        {
            OrderedValues ordered = OrderedValues.Empty.With(values);
            double low = ordered.Percentile(Math.Min(one, other)), high = ordered.Percentile(Math.Max(one, other));
            // The last bits may be rounded either way.
            Assert.True(low <= high + 1e-9, $"{low:R} > {high:R}");
            Assert.InRange(low, ordered.Percentile(0), ordered.Percentile(100));
        });

    [Fact]
    public void Percentile_of_no_numbers_is_NaN()
    {
        Assert.Equal(double.NaN, OrderedValues.Empty.Percentile(50));
        Assert.Equal(double.NaN, OrderedValues.Empty.With(double.NaN).Percentile(50));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(50, 2.5)]
    [InlineData(33.3, 1.999)]
    [InlineData(100, 4)]
    public void Percentile_interpolates(double percent, double expected) => Assert.Equal(expected, OrderedValues.Empty.With(4, 1, 3, double.NaN, 2).Percentile(percent), 12);

    [Fact]
    public void A_value_that_is_not_there_cannot_be_removed()
    {
        Assert.Throws<ArgumentException>(() => OrderedValues.Empty.Without(1));
        Assert.Throws<ArgumentException>(() => OrderedValues.Empty.With(1, 3).Without(2));
        Assert.Throws<ArgumentException>(() => OrderedValues.Empty.With(1).Without(double.NaN));
    }

    private static double Oracle(double[] values, double percent)
    {
        double[] sorted = [.. values.Where(value => !double.IsNaN(value)).Order()];
        if (sorted.Length == 0) return double.NaN;
        (int rank, double fraction) = Percentiles.Position(sorted.Length, percent);
        double exact = percent / 100 * (sorted.Length - 1);
        Assert.InRange(rank + fraction, exact - 1e-9, exact + 1e-9);
        return Percentiles.Interpolate(sorted[rank], sorted[Math.Min(rank + 1, sorted.Length - 1)], fraction);
    }

    private static void Check(double[] expected, OrderedValues values)
    {
        double[] sorted = [.. expected.Where(value => !double.IsNaN(value)).Order()];
        var actual = new double[values.Count];
        values.CopyTo(actual);
        Assert.Equal(sorted, actual);
        Assert.Equal(expected.Length - sorted.Length, values.NanCount);
        for (int rank = 0; rank < sorted.Length; rank++) Assert.Equal(sorted[rank], values[rank]);
    }
}
