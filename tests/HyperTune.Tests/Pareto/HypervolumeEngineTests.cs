using CsCheck;
using HyperTune.Pareto;

namespace HyperTune.Tests.Pareto;

public sealed class HypervolumeEngineTests
{
    private const double Tolerance = 1e-12;

    // Points at and beyond the reference of some objectives are among them.
    private static readonly Gen<(PointSet Set, double[] Reference)> Small =
        from set in PointSets.Of(1, 6, 9)
        from reference in Gen.OneOf(0.5, 1.0, 1.25).Array[set.Objectives]
        select (set, reference);

    private static readonly Gen<(PointSet Set, double[] Reference)> Wide =
        from set in PointSets.Of(2, 6, 25)
        from reference in Gen.OneOf(0.75, 1.0, 1.25).Array[set.Objectives]
        select (set, reference);

    [Fact]
    public void Volume_is_that_of_the_cells() => Small.Sample((set, reference) =>
        Close(PointSets.CellVolume(set.Rows, reference), HypervolumeEngine.Volume(set.Flat, reference)));

    [Fact]
    public void Volume_is_that_of_inclusion_and_exclusion() => Small.Sample((set, reference) =>
    {
        double expected = 0;
        for (int subset = 1; subset < 1 << set.Rows.Length; subset++)
        {
            double box = 1;
            for (int k = 0; k < set.Objectives; k++) box *= Math.Max(0, reference[k] - set.Rows.Where((_, i) => (subset >> i & 1) != 0).Max(row => row[k]));
            expected += int.IsOddInteger(int.PopCount(subset)) ? box : -box;
        }
        Assert.Equal(expected, HypervolumeEngine.Volume(set.Flat, reference), 1e-10);
    }, iter: 50);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Volume_is_the_share_of_random_points_that_are_dominated(int objectives)
    {
        const int draws = 40_000;
        var random = new Random(objectives);
        double[][] rows = [.. Enumerable.Range(0, 40).Select(_ => Enumerable.Range(0, objectives).Select(_ => random.NextDouble()).ToArray())];
        int hits = 0;
        for (int draw = 0; draw < draws; draw++)
        {
            double[] point = [.. Enumerable.Range(0, objectives).Select(_ => random.NextDouble())];
            if (rows.Any(row => row.Zip(point).All(pair => pair.First <= pair.Second))) hits++;
        }
        double volume = HypervolumeEngine.Volume([.. rows.SelectMany(row => row)], [.. Enumerable.Repeat(1.0, objectives)]);
        // Five standard deviations of a share.
        Assert.InRange((double)hits / draws, volume - (5 * 0.5 / Math.Sqrt(draws)), volume + (5 * 0.5 / Math.Sqrt(draws)));
    }

    [Fact]
    public void Order_of_points_and_repeated_or_dominated_ones_do_not_matter() => Gen.Select(Wide, Gen.Int[0, 1000]).Sample((sample, seed) =>
    {
        (PointSet set, double[] reference) = sample;
        double[][] rows = [.. set.Rows, .. set.Rows.Take(3), .. set.Rows.Skip(2).Select(row => row.Select(value => value + 0.125).ToArray())];
        new Random(seed).Shuffle(rows);
        Close(HypervolumeEngine.Volume(set.Flat, reference), HypervolumeEngine.Volume([.. rows.SelectMany(row => row)], reference));
    });

    [Fact]
    public void Volume_grows_by_the_improvement_of_each_point() => Wide.Sample((set, reference) =>
    {
        double before = 0;
        for (int count = 1; count <= set.Rows.Length; count++)
        {
            double[] points = set.Flat[..((count - 1) * set.Objectives)];
            double improvement = HypervolumeEngine.Improvement(points, reference, set.Rows[count - 1]);
            double after = HypervolumeEngine.Volume([.. points, .. set.Rows[count - 1]], reference);
            Assert.True(improvement >= 0);
            Assert.True(after >= before - Tolerance);
            Close(after - before, improvement);
            before = after;
        }
    });

    [Fact]
    public void Contributions_are_differences_of_volumes() => Gen.OneOf(Small, Wide).Sample((set, reference) =>
    {
        var contributions = new double[set.Rows.Length];
        HypervolumeEngine.Contributions(set.Flat, reference, contributions);
        double all = HypervolumeEngine.Volume(set.Flat, reference);
        for (int i = 0; i < contributions.Length; i++)
            Close(all - HypervolumeEngine.Volume([.. set.Rows.Where((_, other) => other != i).SelectMany(row => row)], reference), contributions[i]);
    });

    [Fact]
    public void Contributions_of_many_points_are_improvements_over_the_others() => PointSets.Of(2, 3, 300).Where(set => set.Rows.Length > 100).Sample(set =>
    {
        double[] reference = [.. Enumerable.Repeat(1.1, set.Objectives)], contributions = new double[set.Rows.Length];
        HypervolumeEngine.Contributions(set.Flat, reference, contributions);
        for (int i = 0; i < contributions.Length; i++)
            Close(HypervolumeEngine.Improvement([.. set.Rows.Where((_, other) => other != i).SelectMany(row => row)], reference, set.Rows[i]), contributions[i]);
    }, iter: 20);

    [Fact]
    public void Volume_of_many_points_in_three_objectives_is_that_of_four_with_depth_one() => PointSets.Of(3, 3, 400).Sample(set =>
        Close(HypervolumeEngine.Volume([.. set.Rows.SelectMany(row => (double[])[.. row, 0])], [1.1, 1.1, 1.1, 1]), HypervolumeEngine.Volume(set.Flat, [1.1, 1.1, 1.1])), iter: 50);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void Infinite_extents_make_infinite_volumes(int objectives)
    {
        double[] reference = [.. Enumerable.Repeat(1.0, objectives)], far = [double.NegativeInfinity, .. Enumerable.Repeat(0.5, objectives - 1)];
        double[] flat = [double.NegativeInfinity, .. Enumerable.Repeat(1.0, objectives - 1)], finite = [.. Enumerable.Repeat(0.25, objectives)];
        Assert.Equal(double.PositiveInfinity, HypervolumeEngine.Volume([.. finite, .. far], reference));
        Assert.Equal(double.PositiveInfinity, HypervolumeEngine.Improvement(finite, reference, far));
        Assert.Equal(0, HypervolumeEngine.Improvement(far, reference, far));
        // A flat box has no volume, however long it is.
        Assert.Equal(0, HypervolumeEngine.Volume(flat, reference));
        Assert.Equal(double.PositiveInfinity, HypervolumeEngine.Volume(finite, [.. reference[1..], double.PositiveInfinity]));
        var contributions = new double[3];
        HypervolumeEngine.Contributions([.. finite, .. far, .. flat], reference, contributions);
        Assert.Equal(double.PositiveInfinity, contributions[1]);
        Assert.Equal(0, contributions[2]);
        Close(Math.Pow(0.75, objectives) - (0.75 * Math.Pow(0.5, objectives - 1)), contributions[0]);
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        Assert.Equal(0, HypervolumeEngine.Volume([], [1, 1]));
        Assert.Equal(0, HypervolumeEngine.Volume([2, 0], [1, 1]));
        Assert.Throws<ArgumentException>(() => HypervolumeEngine.Volume([1, 2, 3], [1, 1]));
        Assert.Throws<ArgumentException>(() => HypervolumeEngine.Volume([0, double.NaN], [1, 1]));
        Assert.Throws<ArgumentException>(() => HypervolumeEngine.Volume([0, 0], [1, double.NaN]));
        Assert.Throws<ArgumentOutOfRangeException>(() => HypervolumeEngine.Volume([], []));
        Assert.Throws<ArgumentException>(() => HypervolumeEngine.Contributions([0, 0], [1, 1], new double[2]));
        Assert.Throws<ArgumentException>(() => HypervolumeEngine.Improvement([0, 0], [1, 1], [0, double.NaN]));
    }

    private static void Close(double expected, double actual) => Assert.Equal(expected, actual, Tolerance);
}
