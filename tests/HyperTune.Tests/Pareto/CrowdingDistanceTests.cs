using CsCheck;
using HyperTune.Pareto;

namespace HyperTune.Tests.Pareto;

public sealed class CrowdingDistanceTests
{
    [Fact]
    public void Ends_are_infinite_and_the_order_descends() => PointSets.Of(1, 4, 30).Sample(set =>
    {
        var distances = new double[set.Rows.Length];
        int[] order = CrowdingDistance.Order(set.Flat, set.Objectives, distances);
        Assert.Equal(Enumerable.Range(0, order.Length), order.Order());
        Assert.Equal(distances.OrderDescending(), order.Select(point => distances[point]));
        for (int k = 0; k < set.Objectives; k++)
        {
            double[] column = [.. set.Rows.Select(row => row[k])];
            if (column.Distinct().Count() < 2) continue;
            Assert.Contains(Enumerable.Range(0, order.Length), point => column[point] == column.Min() && double.IsPositiveInfinity(distances[point]));
            Assert.Contains(Enumerable.Range(0, order.Length), point => column[point] == column.Max() && double.IsPositiveInfinity(distances[point]));
        }
    });

    [Fact]
    public void Distances_are_the_gaps_between_neighbours()
    {
        var distances = new double[4];
        int[] order = CrowdingDistance.Order([0, 10, 1, 4, 3, 1, 4, 0], 2, distances);
        Assert.Equal([double.PositiveInfinity, (3.0 / 4) + (9.0 / 10), (3.0 / 4) + (4.0 / 10), double.PositiveInfinity], distances);
        // Both ends are equally far; the second objective, sorted last, has point 0 at its upper end.
        Assert.Equal([0, 3, 1, 2], order);
    }

    [Fact]
    public void Infinite_values_have_no_part_in_the_width()
    {
        var distances = new double[5];
        CrowdingDistance.Order([double.NegativeInfinity, double.NegativeInfinity, 1, 3, double.PositiveInfinity], 1, distances);
        Assert.Equal([0, double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity], distances);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Assert.Throws<ArgumentException>(() => CrowdingDistance.Order([1, 2, 3], 2, new double[1]));
        Assert.Throws<ArgumentException>(() => CrowdingDistance.Order([1, double.NaN], 2, new double[1]));
        Assert.Throws<ArgumentException>(() => CrowdingDistance.Order([1, 2], 2, new double[2]));
        Assert.Empty(CrowdingDistance.Order([], 2, []));
    }
}
