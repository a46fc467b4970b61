using CsCheck;
using HyperTune.Pareto;

namespace HyperTune.Tests.Pareto;

public sealed class GrowingFrontsTests
{
    [Fact]
    public void Points_that_come_in_any_portions_have_the_ranks_of_the_sort() =>
        Gen.Select(Gen.OneOf(PointSets.Of(1, 5, 60), PointSets.WithInfinities(2, 4, 30)), Gen.Int[0, 60], Gen.Int[1, 4]).Sample((set, atOnce, portion) =>
        {
            double[] losses = set.Flat;
            int objectives = set.Objectives;
            int first = Math.Min(atOnce, set.Rows.Length) * objectives;
            GrowingFronts fronts = GrowingFronts.Empty(objectives).With(losses.AsSpan(0, first));
            while (first < losses.Length)
            {
                int next = Math.Min(portion * objectives, losses.Length - first);
                fronts = fronts.With(losses.AsSpan(first, next));
                first += next;
            }
            int[] ranks = Ranks(losses, objectives);
            Assert.Equal(ranks.Length, fronts.Count);
            // A point that is in already has the rank of those equal to it.
            for (int i = 0; i < ranks.Length; i++) Assert.Equal(ranks[i], fronts.RankOf(losses.AsSpan(i * objectives, objectives)));
            for (int rank = 0; rank <= ranks.Length; rank++) Assert.Equal(ranks.Count(other => other < rank), fronts.CountBefore(rank));
        });

    [Fact]
    public void The_rank_of_a_further_point_is_that_which_it_has_once_it_is_in() =>
        PointSets.Of(2, 4, 50).Where(set => set.Rows.Length > 0).Sample(set =>
        {
            double[] losses = set.Flat;
            GrowingFronts others = GrowingFronts.Empty(set.Objectives).With(losses.AsSpan(set.Objectives));
            int[] ranks = Ranks(losses, set.Objectives);
            int rank = others.RankOf(losses.AsSpan(0, set.Objectives));
            Assert.Equal(ranks[0], rank);
            // What lies before it is not moved by it.
            Assert.Equal(ranks.Count(other => other < rank), others.CountBefore(rank));
        });

    [Fact]
    public void Former_versions_stay_as_they_were()
    {
        GrowingFronts former = GrowingFronts.Empty(2).With([3, 3, 4, 4]);
        GrowingFronts later = former.With([1, 1]);
        Assert.Equal((1, 0), (former.RankOf([3.5, 3.5]), former.CountBefore(0)));
        Assert.Equal(2, later.RankOf([3.5, 3.5]));
        Assert.Equal(2, former.Count);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(25, 0)]
    [InlineData(50, 0.5)]
    [InlineData(75, 1.25)]
    [InlineData(100, 2)]
    public void The_percentile_interpolates_between_ranks(double percent, double expected) =>
        // Ranks 0, 0, 1 and 2.
        Assert.Equal(expected, GrowingFronts.Empty(2).With([0, 1, 1, 0, 2, 2, 3, 3]).Percentile(percent), 1e-12);

    [Fact]
    public void Without_points_there_is_no_percentile_and_every_point_is_first()
    {
        Assert.Equal(double.NaN, GrowingFronts.Empty(3).Percentile(50));
        Assert.Equal((0, 0), (GrowingFronts.Empty(3).RankOf([1, 2, 3]), GrowingFronts.Empty(3).CountBefore(4)));
    }

    private static int[] Ranks(double[] losses, int objectives)
    {
        var ranks = new int[losses.Length / objectives];
        NonDominatedSort.Rank(losses, objectives, ranks);
        return ranks;
    }
}
