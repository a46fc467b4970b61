using System.Text.Json;
using HyperTune.Quality;
using HyperTune.Quality.Checks;
using HyperTune.Quality.Problems;
using HyperTune.Quality.Problems.Own;

namespace HyperTune.QualityTests;

/// <summary>The check points were computed from the written definitions by a second program, in another language.</summary>
public sealed class OwnProblemTests
{
    private const double Tolerance = 1e-9;

    private static readonly JsonElement Checks = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "Data", "own-checks.json"))).RootElement;
    private static readonly ProblemCatalog Catalog = new(new SuiteData());

    public static TheoryData<string> Single => [.. Catalog.Own.Select(p => p.Name)];

    public static TheoryData<string> Multi => [.. Catalog.OwnMulti.Select(p => p.Name)];

    [Fact]
    public void Every_problem_has_check_points_and_a_name_of_its_own()
    {
        string[] own = [.. Catalog.Own.Select(p => p.Name), .. Catalog.OwnMulti.Select(p => p.Name)];
        Assert.Equal(own.Order(StringComparer.Ordinal), Checks.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        string[] all = [.. own, .. Catalog.Single.Select(p => p.Name), .. Catalog.Multi.Select(p => p.Name)];
        Assert.Equal(all.Distinct(), all);
    }

    [Theory]
    [MemberData(nameof(Single))]
    public void Check_points_of_one_objective_agree(string name)
    {
        IProblem problem = Catalog.Own.Single(p => p.Name == name);
        foreach (JsonElement point in Checks.GetProperty(name).GetProperty("check_points").EnumerateArray())
        {
            var parameters = new FixedParameters(point.GetProperty("params"));
            if (point.TryGetProperty("fails", out _))
            {
                Assert.Throws<ArithmeticException>(() => problem.Evaluate(parameters));
            }
            else if (problem is IConstrainedProblem constrained)
            {
                MultiObjectiveValues all = constrained.EvaluateAll(parameters);
                Close(point, "values", all.Values);
                Close(point, "constraints", all.Constraints);
            }
            else
            {
                Close(point, "values", [problem.Evaluate(parameters)]);
            }
            Assert.Equal(point.GetProperty("params").EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal), parameters.Asked.Keys.Order(StringComparer.Ordinal));
        }
    }

    [Theory]
    [MemberData(nameof(Multi))]
    public void Check_points_of_several_objectives_agree(string name)
    {
        IMultiObjectiveProblem problem = Catalog.OwnMulti.Single(p => p.Name == name);
        foreach (JsonElement point in Checks.GetProperty(name).GetProperty("check_points").EnumerateArray())
            Close(point, "values", problem.Evaluate(new FixedParameters(point.GetProperty("params"))).Values);
    }

    [Theory]
    [MemberData(nameof(Single))]
    public void The_optimum_is_reached_and_nothing_is_better(string name)
    {
        IProblem problem = Catalog.Own.Single(p => p.Name == name);
        var own = (IOwnProblem)problem;
        double value = problem.Evaluate(new FixedParameters(Checks.GetProperty(name).GetProperty("optimum")));
        Assert.True(Math.Abs(value - own.Optimum) <= 1e-6, $"{value:R} at the optimum of {name}");
        Assert.True(Random(problem, studies: 40, trials: 25).All(best => best >= own.Optimum - 1e-6), name);
    }

    /// <summary>Over 400 studies the median of an even distribution around it lies within 2.6 standard errors, 3.3 % of the quantiles, but for one in a hundred.</summary>
    [Theory]
    [MemberData(nameof(Single))]
    public void The_stored_median_of_random_search_is_that_of_random_search(string name)
    {
        IProblem problem = Catalog.Own.Single(p => p.Name == name);
        double[] best = Random(problem, studies: 400, trials: 25);
        Assert.InRange(((IOwnProblem)problem).RandomMedian, Statistics.Quantile(best, 0.5 - 0.07), Statistics.Quantile(best, 0.5 + 0.07));
    }

    [Fact]
    public void A_fifth_of_the_constrained_space_is_feasible()
    {
        var problem = (IConstrainedProblem)Catalog.Own.Single(p => p.Name == "constrained4");
        var random = new Random(5);
        int feasible = Enumerable.Range(0, 10_000).Count(_ => problem.EvaluateAll(new RandomParameters(random)).Constraints.All(c => c <= 0));
        // 0.377 of the ring's plane times one half; four standard errors are 0.016.
        Assert.InRange(feasible / 10_000.0, 0.1885 - 0.016, 0.1885 + 0.016);
    }

    [Fact]
    public void The_hypervolume_of_the_deployment_front_is_that_of_all_models_at_their_best_rate()
    {
        var problem = (IOwnMultiObjectiveProblem)Catalog.OwnMulti.Single(p => p.Name == "deployment2");
        var points = new List<double[]>();
        foreach (bool isQuantized in (bool[])[false, true])
        {
            for (int kind = 0; kind < 3; kind++)
            {
                for (int width = 8; width <= 512; width++)
                {
                    for (int depth = 1; depth <= 6; depth++) points.Add(DeploymentProblem.Measure(kind, isQuantized, width, depth, rate: 0));
                }
            }
        }
        Assert.Equal(problem.Optimum, Hypervolume.Of(points, [Direction.Minimize, Direction.Minimize], [.. problem.ReferencePoint]), 1e-9);
    }

    [Fact]
    public void Noise_is_standard_normal_and_the_same_for_the_same_trial()
    {
        var problem = (INoisyProblem)Catalog.Own.Single(p => p.Name == "noisy6");
        double[] noise = [.. Enumerable.Range(0, 10_000).Select(i => problem.Observe(3, i / 100, i % 100) - 3)];
        Assert.Equal(noise[1234], problem.Observe(3, 12, 34) - 3);
        // Four standard errors of the mean and of the variance.
        Assert.InRange(noise.Average(), -0.04, 0.04);
        Assert.InRange(noise.Sum(v => v * v) / noise.Length, 1 - 0.057, 1 + 0.057);
        double[] lagged = [.. Enumerable.Range(0, noise.Length - 1).Select(i => noise[i] * noise[i + 1])];
        Assert.InRange(lagged.Average(), -0.04, 0.04);
    }

    /// <summary>The best feasible values of random search; of the noisy problem, the true value of what looks best.</summary>
    private static double[] Random(IProblem problem, int studies, int trials)
    {
        var random = new Random(11);
        double[] values = new double[studies];
        for (int study = 0; study < studies; study++)
        {
            var best = new BestSoFar(isMaximized: false, trials, (problem as IConstrainedProblem)?.WorstValue ?? double.PositiveInfinity);
            for (int trial = 0; trial < trials; trial++)
            {
                try
                {
                    MultiObjectiveValues all = problem is IConstrainedProblem constrained ? constrained.EvaluateAll(new RandomParameters(random)) : new([problem.Evaluate(new RandomParameters(random))], []);
                    double observed = problem is INoisyProblem noisy ? noisy.Observe(all.Values[0], study, trial) : all.Values[0];
                    best.Add(all.Constraints.All(c => c <= 0) ? observed : double.NaN, all.Values[0]);
                }
                catch (ArithmeticException)
                {
                    best.Add(double.NaN);
                }
            }
            values[study] = best.ToArray()[^1];
        }
        return values;
    }

    private static void Close(JsonElement point, string what, IReadOnlyList<double> actual)
    {
        double[] expected = SuiteData.Numbers(point.GetProperty(what));
        Assert.Equal(expected.Length, actual.Count);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(actual[i] - expected[i]) <= Tolerance * Math.Max(1, Math.Abs(expected[i])), $"{what} {i} is {actual[i]:R}, not {expected[i]:R}, at {point}");
    }
}
