using CsCheck;
using HyperTune.Pareto.Volumes;

namespace HyperTune.Tests.Pareto;

public sealed class RankSetTests
{
    [Fact]
    public void Neighbours_are_those_of_a_sorted_set() =>
        (from bound in Gen.OneOf(1, 63, 64, 65, 4_096, 4_097, 300_000)
         from steps in Gen.Select(Gen.Bool, Gen.Int[0, bound - 1]).Array[1, 200]
         select (bound, steps)).Sample((bound, steps) =>
        {
            var set = new RankSet(bound);
            var model = new SortedSet<int>();
            foreach ((bool isAdded, int rank) in steps)
            {
                if (isAdded && model.Add(rank)) set.Add(rank);
                else if (!isAdded && model.Remove(rank)) set.Remove(rank);
                foreach (int place in (int[])[rank, 0, bound - 1])
                {
                    Assert.Equal(model.Reverse().FirstOrDefault(member => member < place, -1), set.Before(place));
                    Assert.Equal(model.FirstOrDefault(member => member > place, -1), set.After(place));
                }
            }
        });
}
