using HyperTune.Quality;
using HyperTune.Quality.Problems;
using HyperTune.Quality.Results;
using HyperTune.Samplers;

namespace HyperTune.QualityTests;

/// <summary>NSGA-II and NSGA-III against random search: median hypervolumes over 11 seeds after 300 trials.</summary>
[Trait("Category", "Quality")]
public sealed class GeneticSamplerQualityTests
{
    private const int Seeds = 11;
    private const int Trials = 300;

    [Theory]
    [InlineData("nsga2")]
    [InlineData("nsga3")]
    public void A_quarter_of_what_random_search_leaves_of_a_front_of_two_objectives_is_found(string sampler)
    {
        const double Whole = 7.36666;
        double found = Median("zdt1", sampler), random = Median("zdt1", "random");
        Assert.True(Whole - found <= 0.75 * (Whole - random), $"{sampler} {found:G4}, random {random:G4}");
    }

    [Theory]
    [InlineData("nsga2")]
    [InlineData("nsga3")]
    public void A_quarter_of_what_random_search_leaves_of_a_front_of_three_objectives_is_found(string sampler)
    {
        const double Whole = 15.1014;
        double found = Median("dtlz2", sampler), random = Median("dtlz2", "random");
        Assert.True(Whole - found <= 0.75 * (Whole - random), $"{sampler} {found:G4}, random {random:G4}");
    }

    /// <summary>Three small feasible discs: random search finds few feasible points.</summary>
    [Fact]
    public void Constraints_lead_to_what_is_feasible()
    {
        double found = Median("c2dtlz2", "nsga2"), random = Median("c2dtlz2", "random");
        Assert.True(found >= random + 0.5, $"NSGA-II {found:G4}, random {random:G4}");
    }

    /// <summary>One objective of six parameters: a plain genetic algorithm.</summary>
    [Fact]
    public void One_objective_is_minimized()
    {
        double found = MedianOfBest(seed => new NsgaIISampler(new() { Seed = seed })), random = MedianOfBest(seed => new RandomSampler(new() { Seed = seed }));
        Assert.True(found <= 0.4 * random, $"NSGA-II {found:G4}, random {random:G4}");

        static double MedianOfBest(Func<ulong, ISampler> create) => Statistics.Median([.. Enumerable.Range(0, Seeds).Select(seed =>
        {
            using Study study = Study.Create(new StudyOptions { Sampler = create((ulong)seed), Pruner = new NopPruner() });
            study.Optimize(trial => Enumerable.Range(0, 6).Sum(i => Math.Pow(trial.SuggestDouble($"x{i}", -1, 1) - 0.3, 2)), new OptimizeOptions { Trials = Trials });
            return study.BestValue;
        })]);
    }

    private static double Median(string problem, string sampler)
    {
        var data = new SuiteData();
        var runner = new StudyRunner(new ReferenceResults(data));
        IMultiObjectiveProblem chosen = new ProblemCatalog(data).Multi.Single(one => one.Name == problem);
        return Statistics.Median([.. Enumerable.Range(0, Seeds).Select(seed => runner.Run(new(chosen, sampler, seed, Trials), TestContext.Current.CancellationToken)[^1])]);
    }
}
