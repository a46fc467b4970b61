using CsCheck;
using HyperTune.Pareto;

namespace HyperTune.Tests.Pareto;

public sealed class NonDominatedSortTests
{
    [Fact]
    public void Ranks_are_those_of_peeling_off_fronts() =>
        Gen.Select(Gen.OneOf(PointSets.Of(1, 6, 60), PointSets.WithInfinities(1, 5, 30)), Gen.Int[0, 70]).Sample((set, needed) =>
        {
            Assert.Equal(Peeled(set, int.MaxValue), Rank(set, int.MaxValue));
            Assert.Equal(Peeled(set, needed), Rank(set, needed));
        });

    [Fact]
    public void Front_is_mutually_non_dominated_and_dominates_the_rest() => PointSets.Of(2, 6, 80).Sample(set =>
    {
        int[] ranks = Rank(set, 1);
        double[][] front = [.. set.Rows.Where((_, i) => ranks[i] == 0)];
        Assert.DoesNotContain(front, point => front.Any(other => PointSets.Dominates(other, point)));
        Assert.All(set.Rows.Where((_, i) => ranks[i] > 0), point => Assert.Contains(front, other => PointSets.Dominates(other, point)));
    });

    [Fact]
    public void Order_of_points_does_not_matter() => Gen.Select(PointSets.Of(2, 5, 60), Gen.Int[0, 70], Gen.Int[0, 1000]).Sample((set, needed, seed) =>
    {
        int[] shuffle = [.. Enumerable.Range(0, set.Rows.Length)];
        new Random(seed).Shuffle(shuffle);
        int[] ranks = Rank(set, needed), shuffled = Rank(set with { Rows = [.. shuffle.Select(point => set.Rows[point])] }, needed);
        Assert.Equal(shuffle.Select(point => ranks[point]), shuffled);
    });

    [Fact]
    public void Infeasible_points_come_after_feasible_ones_by_violation() =>
        (from set in PointSets.Of(2, 4, 40)
         from violations in Gen.Int[-1, 3].Select(value => (double)value).Array[set.Rows.Length]
         select (set, violations)).Sample(sample =>
        {
            (PointSet set, double[] violations) = sample;
            var ranks = new int[violations.Length];
            int count = NonDominatedSort.Rank(set.Flat, set.Objectives, violations, ranks);
            Assert.Equal(ranks.Order().Distinct(), Enumerable.Range(0, count));
            Assert.Equal(Peeled(set with { Rows = [.. set.Rows.Where((_, i) => violations[i] <= 0)] }, int.MaxValue), ranks.Where((_, i) => violations[i] <= 0));
            double[] distinct = [.. violations.Where(value => value > 0).Distinct().Order()];
            int first = count - distinct.Length;
            Assert.All(Enumerable.Range(0, ranks.Length).Where(i => violations[i] > 0), i => Assert.Equal(first + Array.IndexOf(distinct, violations[i]), ranks[i]));
        });

    [Fact]
    public void Rank_BadInput_Throws()
    {
        Assert.Throws<ArgumentException>(() => NonDominatedSort.Rank([1, 2, 3], 2, new int[1]));
        Assert.Throws<ArgumentException>(() => NonDominatedSort.Rank([1, double.NaN], 2, new int[1]));
        Assert.Throws<ArgumentException>(() => NonDominatedSort.Rank([1, 2], 2, new int[2]));
        Assert.Throws<ArgumentException>(() => NonDominatedSort.Rank([1, 2], 2, [1, 2], new int[1]));
        Assert.Throws<ArgumentException>(() => NonDominatedSort.Rank([1, 2], 2, [double.NaN], new int[1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => NonDominatedSort.Rank([], 0, []));
        Assert.Equal(0, NonDominatedSort.Rank([], 2, []));
    }

    private static int[] Rank(PointSet set, int needed)
    {
        var ranks = new int[set.Rows.Length];
        int count = NonDominatedSort.Rank(set.Flat, set.Objectives, ranks, needed);
        Assert.Equal(ranks.Length == 0 ? 0 : ranks.Max() + 1, count);
        return ranks;
    }

    private static int[] Peeled(PointSet set, int needed)
    {
        int[] ranks = new int[set.Rows.Length];
        List<int> left = [.. Enumerable.Range(0, ranks.Length)];
        // With one objective all ranks are cheap, and the number that is needed is not looked at.
        if (set.Objectives == 1) needed = int.MaxValue;
        for (int rank = 0; left.Count > 0; rank++)
        {
            int[] front = ranks.Length - left.Count >= needed ? [.. left] : [.. left.Where(point => !left.Any(other => PointSets.Dominates(set.Rows[other], set.Rows[point])))];
            foreach (int point in front) ranks[point] = rank;
            left = [.. left.Except(front)];
        }
        return ranks;
    }
}
