using CsCheck;
using HyperTune.Pareto;

namespace HyperTune.Tests.Pareto;

public sealed class HypervolumeSubsetTests
{
    [Fact]
    public void Each_choice_adds_as_much_as_any_could() =>
        Gen.Select(PointSets.Of(1, 5, 20), Gen.Int[0, 20], Gen.OneOf(0.75, 1.25)).Sample((set, size, corner) =>
        {
            var chosen = new int[Math.Min(size, set.Rows.Length)];
            double[] reference = [.. Enumerable.Repeat(corner, set.Objectives)];
            HypervolumeSubset.Select(set.Flat, reference, chosen);

            Assert.Equal(chosen.Length, chosen.Distinct().Count());
            int distinct = set.Rows.Select(row => string.Join(' ', row)).Distinct().Count();
            if (chosen.Length == set.Rows.Length || distinct < chosen.Length)
            {
                Assert.Equal(chosen.Order(), chosen);
                return;
            }
            double[] selected = [];
            foreach (int point in chosen)
            {
                double most = set.Rows.Max(row => HypervolumeEngine.Improvement(selected, reference, row));
                Assert.Equal(most, HypervolumeEngine.Improvement(selected, reference, set.Rows[point]), 1e-12);
                selected = [.. selected, .. set.Rows[point]];
            }
        });

    [Fact]
    public void Of_equal_points_the_first_in_lexicographic_order_is_chosen()
    {
        // Mirrored points add the same.
        Assert.Equal([1], Select([0.7, 0.2, 0.2, 0.7], [1, 1], 1));
        Assert.Equal([1], Select([0.7, 0.2, 0, 0.2, 0.7, 0], [1, 1, 1], 1));
        // A repeated point is chosen only when all distinct ones are.
        Assert.Equal([0, 1, 2], Select([0.5, 0.5, 0.5, 0.5, 0.2, 0.9, 0.5, 0.5], [1, 1], 3));
        Assert.Equal([1, 0], Select([0.9, 0.1, 0.4, 0.4, 0.4, 0.4], [1, 1], 2));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Infinite_losses_are_chosen_first(int objectives)
    {
        double[] rest = [.. Enumerable.Repeat(0.5, objectives - 1)];
        double[] points = [0.1, .. rest, double.NegativeInfinity, .. rest, double.PositiveInfinity, .. rest];
        Assert.Equal([1, 0], Select(points, [.. Enumerable.Repeat(1.0, objectives)], 2)[..1].Append(0));
        Assert.Equal([0, 1], Select(points, [.. Enumerable.Repeat(double.PositiveInfinity, objectives)], 2));
    }

    [Fact]
    public void More_points_than_there_are_Throws() => Assert.Throws<ArgumentException>(() => Select([0.1, 0.2], [1, 1], 2));

    private static int[] Select(double[] points, double[] reference, int count)
    {
        var chosen = new int[count];
        HypervolumeSubset.Select(points, reference, chosen);
        return chosen;
    }
}
