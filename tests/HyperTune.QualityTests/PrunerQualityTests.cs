using HyperTune.Quality;
using HyperTune.Quality.Problems;
using HyperTune.Quality.Pruning;
using HyperTune.Quality.Results;

namespace HyperTune.QualityTests;

/// <summary>Pruners on a table of real learning curves against the reference's: 100 seeds of 100 trials, the reference has 20 seeds.</summary>
[Trait("Category", "Quality")]
public sealed class PrunerQualityTests
{
    private const int Seeds = 100;
    private const int Trials = 100;

    /// <summary>Below the suite's bar of 0.01 for "on a par", since the samplers alone, without a pruner, already differ with 0.011 on this table of plateaus.</summary>
    private const double LeastP = 0.001;

    [Theory]
    [InlineData("median")]
    [InlineData("percentile25")]
    [InlineData("sha")]
    [InlineData("hyperband")]
    public void A_pruner_finds_as_good_values_with_as_few_reports_as_the_reference(string pruner)
    {
        var data = new SuiteData();
        ICurveProblem problem = new ProblemCatalog(data).Curves[0];
        PruningReference reference = new ReferenceResults(data).Pruning(problem.Name, pruner)!;
        PruningStudy[] studies = [.. Enumerable.Range(0, Seeds).Select(seed => PruningRunner.Run(problem, pruner, seed, Trials, cancellationToken: TestContext.Current.CancellationToken))];
        double[] best = [.. studies.Select(study => study.Best)], steps = [.. studies.Select(study => (double)study.TotalSteps)];
        Assert.True(
            Statistics.Median(best) <= Statistics.Quantile(reference.Best, 0.75) && Statistics.MannWhitneyLess(reference.Best, best) >= LeastP,
            $"best {Statistics.Median(best):G4}, reference {Statistics.Median(reference.Best):G4}");
        Assert.True(
            Statistics.MannWhitneyLess(reference.TotalSteps, steps) >= LeastP,
            $"reports {Statistics.Median(steps)}, reference {Statistics.Median(reference.TotalSteps)}");
    }

    public static TheoryData<string> Curves => [.. AllCurves().Select(problem => problem.Name)];

    /// <summary>The default against no pruner with all steps, and, where it loses more than a hundredth, against the median pruner, which is Optuna's default.</summary>
    [Theory]
    [MemberData(nameof(Curves))]
    public void The_default_saves_half_of_the_steps_and_loses_next_to_nothing_or_half_of_what_the_median_pruner_loses(string name)
    {
        ICurveProblem problem = AllCurves().Single(p => p.Name == name);
        (double none, _) = Medians(problem, "nop");
        (double ours, double steps) = Medians(problem, "curves");
        (double median, _) = Medians(problem, "median");
        Assert.True(steps <= 0.5 * Trials * problem.Steps, $"{steps} steps");
        Assert.True(ours <= 1.01 * none || ours - none <= 0.5 * (median - none), $"none {none:G4}, default {ours:G4}, median {median:G4}");
    }

    private static (double Best, double Steps) Medians(ICurveProblem problem, string pruner)
    {
        PruningStudy[] studies = [.. Enumerable.Range(0, Seeds / 2).Select(seed => PruningRunner.Run(problem, pruner, seed, Trials, cancellationToken: TestContext.Current.CancellationToken))];
        return (Statistics.Median([.. studies.Select(study => study.Best)]), Statistics.Median([.. studies.Select(study => (double)study.TotalSteps)]));
    }

    private static IEnumerable<ICurveProblem> AllCurves()
    {
        var catalog = new ProblemCatalog(new SuiteData());
        return catalog.Curves.Concat(catalog.OwnCurveProblems);
    }
}
