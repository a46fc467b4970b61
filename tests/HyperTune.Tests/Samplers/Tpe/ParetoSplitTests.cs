using CsCheck;
using HyperTune.Pareto;
using HyperTune.Samplers.Tpe;

namespace HyperTune.Tests.Samplers.Tpe;

public sealed class ParetoSplitTests
{
    // Few distinct losses make equal points and dominance frequent.
    private static readonly Gen<double> Loss = Gen.Frequency((8, Gen.Int[-4, 4].Select(value => (double)value)), (4, Gen.Double[-3, 3]));

    private static readonly Gen<(int Objectives, double[] Losses)> Points =
        from objectives in Gen.Int[2, 4]
        from points in Gen.Int[0, 30]
        from losses in Loss.Array[objectives * points]
        select (objectives, losses);

    [Fact]
    public void The_best_are_whole_fronts_and_a_choice_of_one()
    {
        Gen.Select(Points, Gen.Int[0, 30]).Sample((points, wanted) =>
        {
            (int objectives, double[] losses) = points;
            int count = Math.Min(wanted, losses.Length / objectives);

            int[] best = new ParetoSplit().Best(losses, objectives, count);

            Assert.Equal(count, best.Length);
            Assert.Equal(best.Distinct().Order(), best);
            int[] ranks = Ranks(losses, objectives);
            int last = count == 0 ? -1 : best.Max(i => ranks[i]);
            for (int i = 0; i < ranks.Length; i++)
            {
                if (ranks[i] < last) Assert.Contains(i, best);
            }
        });
    }

    [Fact]
    public void What_was_chosen_before_does_not_matter() => Gen.Select(Points, Gen.Int[0, 1000]).Sample((points, seed) =>
    {
        (int objectives, double[] losses) = points;
        var random = new Random(seed);
        var used = new ParetoSplit();
        for (int step = 0; step < 20; step++)
        {
            int length = random.Next((losses.Length / objectives) + 1), count = random.Next(length + 1);
            double[] part = losses[..(length * objectives)];
            Assert.Equal(new ParetoSplit().Best(part, objectives, count), used.Best(part, objectives, count));
        }
    });

    [Fact]
    public void Weights_are_what_the_front_would_lose() => Points.Sample(points =>
    {
        (int objectives, double[] losses) = points;
        double[] weights = ParetoSplit.Contributions(losses, objectives);
        int count = losses.Length / objectives;
        Assert.Equal(count, weights.Length);
        if (count < 2)
        {
            Assert.All(weights, weight => Assert.Equal(1, weight));
            return;
        }
        int[] ranks = Ranks(losses, objectives);
        double[] reference = ReferencePoint.Of(losses, objectives);
        int[] front = [.. Enumerable.Range(0, count).Where(i => ranks[i] == 0)];
        double all = Volume(front);
        double[] lost = [.. Enumerable.Range(0, count).Select(i => ranks[i] == 0 ? all - Volume(front.Where(other => other != i)) : 0)];
        // Where nothing counts, as with repeated points only, all weigh the least.
        double largest = Math.Max(lost.Max(), 1e-9);
        for (int i = 0; i < count; i++) Assert.Equal(lost.Max() > 1e-9 ? lost[i] / largest : weights[i], weights[i], 1e-6);

        double Volume(IEnumerable<int> indices) => HypervolumeEngine.Volume([.. indices.SelectMany(i => losses[(i * objectives)..((i + 1) * objectives)])], reference);
    });

    [Theory]
    [InlineData(double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity)]
    public void An_infinite_volume_makes_all_weights_1(double infinity) =>
        Assert.Equal([1, 1, 1], ParetoSplit.Contributions([infinity, 1, 1, 2, 3, 0], 2));

    private static int[] Ranks(double[] losses, int objectives)
    {
        var ranks = new int[losses.Length / objectives];
        NonDominatedSort.Rank(losses, objectives, ranks);
        return ranks;
    }
}
