using System.Globalization;
using HyperTune.Quality.Problems;
using HyperTune.Quality.Results;

namespace HyperTune.Quality;

/// <summary>What the <c>run</c> command is to do.</summary>
internal sealed record RunOptions
{
    /// <summary>How the command is called.</summary>
    public const string Usage = """
        HyperTune.Quality check
            Compares every problem with the specification's check points and spaces.

        HyperTune.Quality prune [tpe|tpe_reference|tpe_rung_alone|tpe_step|tpe_bracket|auto|random [seeds]]
            Runs all pruners with a sampler (default: tpe, 100 seeds) on the problems with learning curves, the suite's and our own, and prints what they reached
            and saved, as Markdown; with TPE also rank tests against the reference's pruners at equal steps. tpe_reference has the reference's settings.

        HyperTune.Quality prune samplers <first seed> <seeds>
            Compares the ways in which TPE learns from pruned trials, with several pruners and at equal numbers of steps.

        HyperTune.Quality run --sampler <name> [options]
            Runs a sampler over seeds and prints its results beside the reference's, as Markdown.
            --sampler <name>        the sampler to test
            --reference <name>      the reference's sampler (default: the same one); best for the one with the best median at each
                                    problem and mark; none for no comparison
            --against <file>        compares with what an earlier run wrote with --out, instead of the reference
            --problems all|multi|own|own_multi|a,b,c
                                    any of: the suite's with one objective or several, our own, single ones (default: all)
            --seeds <count>         seeds 0 to count-1 (default: 30)
            --trials <count>        trials of a study (default: 200)
            --marks <a,b,c>         after how many trials to read the best value (default: those of 25,50,100,200 within trials)
            --ties solved|close     medians tie when both are that near the optimum, or each other (default: solved)
            --workers <count>       trials that run at any time in a study, by a simulated clock (default: 1)
            --beside <file>         shows the quartiles of an earlier run too, and whether the median lies beyond the worse one
            --jobs <count>          studies side by side (default: 1)
            --out <file>            writes the best values per seed as JSON
        """;

    private static readonly string[] Names =
        ["--sampler", "--reference", "--against", "--problems", "--seeds", "--trials", "--marks", "--ties", "--workers", "--beside", "--jobs", "--out"];

    private static readonly int[] DefaultMarks = [25, 50, 100, 200];

    /// <summary>What the reference calls samplers that have another name here.</summary>
    private static readonly Dictionary<string, string> ReferenceNames = new(StringComparer.Ordinal)
    {
        ["nsga2"] = "nsgaii",
        ["nsga3"] = "nsgaiii",
        ["auto"] = Baseline.Best,
    };

    public required string Sampler { get; init; }

    /// <summary>The sampler to compare with, or null: for no comparison, or, with <see cref="Against"/>, for the one that the file suggests.</summary>
    public string? Reference { get; init; }

    /// <summary>The file of an earlier run to compare with, or null for the reference's results.</summary>
    public string? Against { get; init; }

    public required IReadOnlyList<ISuiteProblem> Problems { get; init; }

    public int Seeds { get; init; } = 30;

    public int Trials { get; init; } = 200;

    public IReadOnlyList<int> Marks { get; init; } = DefaultMarks;

    public TieRule Ties { get; init; } = TieRule.Solved;

    public int Workers { get; init; } = 1;

    /// <summary>The file of an earlier run whose quartiles are shown too.</summary>
    public string? Beside { get; init; }

    public int Jobs { get; init; } = 1;

    public string? Out { get; init; }

    /// <summary>Reads the arguments after the command's name.</summary>
    /// <exception cref="ArgumentException">An argument is unknown, repeated or wrong.</exception>
    public static RunOptions Parse(ReadOnlySpan<string> arguments, ProblemCatalog catalog, IReadOnlyList<string> referenceSamplers)
    {
        Dictionary<string, string> given = [];
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string name = arguments[i];
            if (!Names.Contains(name)) throw new ArgumentException($"Unknown argument '{name}'.");
            if (i + 1 == arguments.Length) throw new ArgumentException($"{name} needs a value.");
            if (!given.TryAdd(name, arguments[i + 1])) throw new ArgumentException($"{name} is given twice.");
        }

        string sampler = given.GetValueOrDefault("--sampler") ?? throw new ArgumentException("run needs --sampler <name>.");
        IReadOnlyList<ISuiteProblem> problems = Choose(given.GetValueOrDefault("--problems", "all"), catalog);
        int trials = Count(given, "--trials", 200);
        return new()
        {
            Sampler = sampler,
            Reference = ChooseReference(given, sampler, problems, referenceSamplers),
            Against = given.GetValueOrDefault("--against"),
            Problems = problems,
            Seeds = Count(given, "--seeds", 30),
            Trials = trials,
            Marks = ReadMarks(given.GetValueOrDefault("--marks"), trials),
            Ties = given.GetValueOrDefault("--ties", "solved") switch
            {
                "solved" => TieRule.Solved,
                "close" => TieRule.Close,
                var other => throw new ArgumentException($"--ties is solved or close, not '{other}'."),
            },
            Workers = Count(given, "--workers", 1),
            Beside = given.GetValueOrDefault("--beside"),
            Jobs = Count(given, "--jobs", 1),
            Out = given.GetValueOrDefault("--out"),
        };
    }

    private static string? ChooseReference(
        Dictionary<string, string> given, string sampler, IReadOnlyList<ISuiteProblem> problems, IReadOnlyList<string> referenceSamplers)
    {
        string? name = given.GetValueOrDefault("--reference");
        if (given.ContainsKey("--against")) return name != "none" ? name : throw new ArgumentException("--against compares, and --reference none does not: leave one out.");
        if (problems.All(p => p is IOwnProblem))
        {
            return name is null or "none" ? null : throw new ArgumentException("The reference has no results of our own problems. Compare with a run of ours: --against <file>.");
        }
        name ??= ReferenceNames.GetValueOrDefault(sampler, sampler);
        if (name is "none") return null;
        return name == Baseline.Best || referenceSamplers.Contains(name) ? name : throw new ArgumentException(
            $"The reference has no sampler '{name}'. Give one of {string.Join(", ", referenceSamplers)}, best or none as --reference.");
    }

    private static int Count(Dictionary<string, string> given, string name, int otherwise) =>
        given.TryGetValue(name, out string? text) ? Positive(name, text) : otherwise;

    private static int Positive(string name, string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count > 0
            ? count
            : throw new ArgumentException($"{name} takes whole numbers above 0, not '{text}'.");

    private static int[] ReadMarks(string? text, int trials)
    {
        int[] marks = text is null
            ? [.. DefaultMarks.Where(m => m <= trials)]
            : [.. text.Split(',', StringSplitOptions.TrimEntries).Select(m => Positive("--marks", m)).Distinct().Order()];
        if (marks.Length == 0) return [trials];
        return marks[^1] <= trials ? marks : throw new ArgumentException($"The mark {marks[^1]} lies beyond the {trials} trials.");
    }

    private static IReadOnlyList<ISuiteProblem> Choose(string text, ProblemCatalog catalog)
    {
        ISuiteProblem[] problems = [.. catalog.Single, .. catalog.Multi, .. catalog.Own, .. catalog.OwnMulti];
        return [.. text.Split(',', StringSplitOptions.TrimEntries).SelectMany(Named).Distinct()];

        IEnumerable<ISuiteProblem> Named(string name) => name switch
        {
            "all" => catalog.Single,
            "multi" => catalog.Multi,
            "own" => catalog.Own,
            "own_multi" => catalog.OwnMulti,
            _ => problems.FirstOrDefault(p => p.Name == name) is { } problem
                ? [problem]
                : throw new ArgumentException($"There is no problem '{name}' to run. Known ones: {string.Join(", ", problems.Select(p => p.Name))}."),
        };
    }
}
