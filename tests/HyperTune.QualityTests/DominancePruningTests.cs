using HyperTune.Pruners;

namespace HyperTune.QualityTests;

/// <summary>Pruning of studies with several objectives against none, at the same number of reports.</summary>
[Trait("Category", "Quality")]
public sealed class DominancePruningTests
{
    private const int Seeds = 20;
    private const int Steps = 27;
    private const int Budget = 60 * Steps;
    private const int Dimensions = 4;

    public static TheoryData<int> Objectives => [2, 3];

    [Theory]
    [MemberData(nameof(Objectives))]
    public void Pruners_reach_a_larger_hypervolume_with_the_same_reports(int objectives)
    {
        double none = Median(() => new NopPruner(), objectives);
        Dictionary<string, double> pruners = new()
        {
            ["successive halving by fronts"] = Median(() => new SuccessiveHalvingPruner(new() { MinResource = 1, ReductionFactor = 3, UseDominance = true }), objectives),
            ["Hyperband by fronts"] = Median(() => new HyperbandPruner(new() { MaxResource = Steps, UseDominance = true }), objectives),
            ["median by fronts"] = Median(() => new MedianPruner(new() { UseDominance = true }), objectives),
            ["agreement of medians"] = Median(
                () => new AgreementPruner(new() { Pruners = [.. Enumerable.Range(0, objectives).Select(objective => new MedianPruner(new() { Objective = objective }))] }), objectives),
        };
        string all = string.Join(", ", pruners.Select(pruner => $"{pruner.Key} {pruner.Value:G4}"));
        Assert.True(pruners.Values.All(volume => volume > none), $"none {none:G4}, {all}");
    }

    private static double Median(Func<IPruner> create, int objectives)
    {
        double[] volumes = [.. Enumerable.Range(0, Seeds).Select(seed => Volume(create(), objectives, seed)).Order()];
        return (volumes[(Seeds / 2) - 1] + volumes[Seeds / 2]) / 2;
    }

    /// <summary>The hypervolume of the complete trials of random search, whose reports begin with errors that fade out.</summary>
    private static double Volume(IPruner pruner, int objectives, int seed)
    {
        Direction[] directions = [.. Enumerable.Repeat(Direction.Minimize, objectives)];
        using Study study = Study.Create(new() { Directions = directions, Sampler = new RandomSampler(new() { Seed = (ulong)seed }), Pruner = pruner });
        int steps = 0;
        study.Optimize(
            trial =>
            {
                double[] x = [.. Enumerable.Range(0, Dimensions).Select(i => trial.SuggestDouble($"x{i}", 0, 1))];
                double[] values = objectives == 2 ? Zdt1(x) : Dtlz2(x);
                var random = new Random((seed * 10_000) + trial.Number);
                double[] errors = [.. values.Select(_ => random.NextDouble())];
                for (int step = 1; step <= Steps; step++)
                {
                    double left = 1 - (step / (double)Steps);
                    trial.Report(new ObjectiveValues([.. values.Select((value, k) => value + (errors[k] * left))]), step);
                    if (++steps >= Budget) study.Stop();
                    trial.ThrowIfShouldPrune();
                }
                return new ObjectiveValues(values);
            },
            new() { Trials = 10_000 });
        return Hypervolume.Of(study.Trials, directions, objectives == 2 ? [1.1, 7] : [2.5, 2.5, 2.5]);
    }

    private static double[] Zdt1(double[] x)
    {
        double g = 1 + (9 * x[1..].Average());
        return [x[0], g * (1 - Math.Sqrt(x[0] / g))];
    }

    private static double[] Dtlz2(double[] x)
    {
        double scale = 1 + x[2..].Sum(value => (value - 0.5) * (value - 0.5));
        (double a, double b) = (x[0] * Math.PI / 2, x[1] * Math.PI / 2);
        return [scale * Math.Cos(a) * Math.Cos(b), scale * Math.Cos(a) * Math.Sin(b), scale * Math.Sin(a)];
    }
}
