using System.Globalization;
using HyperTune.History;
using HyperTune.Samplers;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Worker;

/// <summary>The samplers that processes share in tests: test and worker have to agree on them, and on the objective.</summary>
public static class SharedSamplers
{
    /// <summary>The cells of the grid, and the leaves of the tree.</summary>
    public const int Cells = 40;

    // Beyond all trials of a test, so that every process draws from the same streams.
    private const int NextNumber = 100_000;

    /// <summary>Makes a sampler. Without a seed, so that each process has one of its own.</summary>
    public static ISampler Create(string name) => name switch
    {
        "cma" => new CmaEsSampler(),
        "nsga2" => new NsgaIISampler(new() { PopulationSize = 8 }),
        "nsga3" => new NsgaIIISampler(new() { PopulationSize = 8 }),
        "grid" => new GridSampler(new() { Space = Steps }),
        "brute" => new BruteForceSampler(),
        _ => throw new ArgumentException($"There is no sampler '{name}'.", nameof(name)),
    };

    /// <summary>The directions of a study for a sampler.</summary>
    public static IReadOnlyList<Direction> DirectionsOf(string name) =>
        name.StartsWith("nsga", StringComparison.Ordinal) ? [Direction.Minimize, Direction.Maximize] : [Direction.Minimize];

    /// <summary>Evaluates a trial.</summary>
    public static ObjectiveValues Evaluate(Trial trial, string name)
    {
        ArgumentNullException.ThrowIfNull(trial);
        if (name is "grid" or "brute") return trial.SuggestInt("m", 0, 7) + 0.1 * trial.SuggestInt("n", 0, 4);
        double x = trial.SuggestDouble("x", 0, 1), y = trial.SuggestDouble("y", 0, 1);
        double first = Math.Pow(x - 0.3, 2) + Math.Pow(y - 0.7, 2);
        return DirectionsOf(name).Count == 1 ? first : (first, x - y * y);
    }

    /// <summary>What the next trials would get: the sampler's state in numbers that show every bit.</summary>
    public static string Proposals(StudyHistory history, string name)
    {
        ArgumentNullException.ThrowIfNull(history);
        var scenario = new HistoryScenario(history.Directions) { Seed = 17 };
        var shown = new List<string>();
        ISampler sampler = Create(name);
        for (int i = 0; i < 4; i++)
        {
            TrialContext trial = scenario.Context(new() { Number = NextNumber + i });
            SearchSpace space = sampler.InferRelativeSpace(history, trial);
            foreach (Parameter parameter in sampler.SampleRelative(history, trial, space)) shown.Add(string.Create(CultureInfo.InvariantCulture, $"{parameter.Name}={parameter.Value:R}"));
            shown.AddRange(trial.SystemAttributes.Select(entry => $"{entry.Key}={entry.Value}"));
        }
        return string.Join(' ', shown);
    }

    private static SearchSpace Steps => SearchSpace.Empty.AddInt("m", 0, 7).AddInt("n", 0, 4);
}
