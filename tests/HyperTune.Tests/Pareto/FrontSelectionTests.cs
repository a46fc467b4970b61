using CsCheck;
using HyperTune.Pareto;
using HyperTune.Samplers.Tpe;

namespace HyperTune.Tests.Pareto;

public sealed class FrontSelectionTests
{
    [Fact]
    public void The_choice_is_that_of_the_split_into_good_and_other_trials() =>
        Gen.Select(Gen.OneOf(PointSets.Of(2, 4, 40), PointSets.WithInfinities(2, 4, 20)), Gen.Double[0, 1]).Where((set, _) => set.Rows.Length > 0).Sample((set, share) =>
        {
            int count = (int)Math.Round(share * set.Rows.Length);
            bool[] isBest = FrontSelection.Best(set.Flat, set.Objectives, count);
            Assert.Equal(new ParetoSplit().Best(set.Flat, set.Objectives, count), Enumerable.Range(0, isBest.Length).Where(i => isBest[i]));
        });
}
