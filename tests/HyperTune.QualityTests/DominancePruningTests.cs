using HyperTune.Pruners;

namespace HyperTune.QualityTests;

/// <summary>Pruning by fronts against none on a study with two objectives, at the same number of reports.</summary>
[Trait("Category", "Quality")]
public sealed class DominancePruningTests
{
    private const int Seeds = 20;
    private const int Steps = 27;
    private const int Budget = 60 * Steps;
    private const int Dimensions = 4;

    private static readonly Direction[] Directions = [Direction.Minimize, Direction.Minimize];

    [Fact]
    public void Pruners_of_several_objectives_reach_a_larger_hypervolume_with_the_same_reports()
    {
        double none = Median(() => new NopPruner());
        Dictionary<string, double> pruners = new()
        {
            ["successive halving by fronts"] = Median(() => new SuccessiveHalvingPruner(new() { MinResource = 1, ReductionFactor = 3, UseDominance = true })),
            ["Hyperband by fronts"] = Median(() => new HyperbandPruner(new() { MaxResource = Steps, UseDominance = true })),
            ["median by fronts"] = Median(() => new MedianPruner(new() { UseDominance = true })),
            ["agreement of medians"] = Median(() => new AgreementPruner(new() { Pruners = [new MedianPruner(), new MedianPruner(new() { Objective = 1 })] })),
        };
        string all = string.Join(", ", pruners.Select(pruner => $"{pruner.Key} {pruner.Value:G4}"));
        Assert.True(pruners.Values.All(volume => volume > none), $"none {none:G4}, {all}");
    }

    private static double Median(Func<IPruner> create)
    {
        double[] volumes = [.. Enumerable.Range(0, Seeds).Select(seed => Volume(create(), seed)).Order()];
        return (volumes[(Seeds / 2) - 1] + volumes[Seeds / 2]) / 2;
    }

    /// <summary>The hypervolume of the complete trials of ZDT1 by random search, whose reports begin with errors that fade out.</summary>
    private static double Volume(IPruner pruner, int seed)
    {
        using Study study = Study.Create(new() { Directions = Directions, Sampler = new RandomSampler(new() { Seed = (ulong)seed }), Pruner = pruner });
        int steps = 0;
        study.Optimize(
            trial =>
            {
                double[] x = [.. Enumerable.Range(0, Dimensions).Select(i => trial.SuggestDouble($"x{i}", 0, 1))];
                double g = 1 + (9 * x.Skip(1).Sum() / (Dimensions - 1));
                (double first, double second) = (x[0], g * (1 - Math.Sqrt(x[0] / g)));
                var random = new Random((seed * 10_000) + trial.Number);
                (double firstError, double secondError) = (random.NextDouble(), 5 * random.NextDouble());
                for (int step = 1; step <= Steps; step++)
                {
                    double left = 1 - (step / (double)Steps);
                    trial.Report((first + (firstError * left), second + (secondError * left)), step);
                    if (++steps >= Budget) study.Stop();
                    trial.ThrowIfShouldPrune();
                }
                return new ObjectiveValues([first, second]);
            },
            new() { Trials = 10_000 });
        return Hypervolume.Of(study.Trials, Directions, 1.1, 11);
    }
}
