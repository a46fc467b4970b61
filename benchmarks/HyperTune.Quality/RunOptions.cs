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

        HyperTune.Quality prune
            Runs all pruners on the problems with learning curves and prints their results beside the reference's, as Markdown.

        HyperTune.Quality run --sampler <name> [options]
            Runs a sampler over seeds and prints its results beside the reference's, as Markdown.
            --sampler <name>        the sampler to test
            --reference <name>      the reference's sampler (default: the same one); none for no comparison
            --problems all|multi|a,b,c  those with one objective, those with several, or chosen ones (default: all)
            --seeds <count>         seeds 0 to count-1 (default: 30)
            --trials <count>        trials of a study (default: 200)
            --marks <a,b,c>         after how many trials to read the best value (default: those of 25,50,100,200 within trials)
            --ties solved|close     medians tie when both are that near the optimum, or each other (default: solved)
            --jobs <count>          studies side by side (default: 1)
            --out <file>            writes the best values per seed as JSON
        """;

    private static readonly int[] DefaultMarks = [25, 50, 100, 200];

    /// <summary>What the reference calls samplers that have another name here.</summary>
    private static readonly Dictionary<string, string> ReferenceNames = new(StringComparer.Ordinal) { ["nsga2"] = "nsgaii", ["nsga3"] = "nsgaiii" };

    public required string Sampler { get; init; }

    /// <summary>The reference's sampler, or null for no comparison.</summary>
    public string? Reference { get; init; }

    public required IReadOnlyList<ISuiteProblem> Problems { get; init; }

    public int Seeds { get; init; } = 30;

    public int Trials { get; init; } = 200;

    public IReadOnlyList<int> Marks { get; init; } = DefaultMarks;

    public TieRule Ties { get; init; } = TieRule.Solved;

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
            if (name is not ("--sampler" or "--reference" or "--problems" or "--seeds" or "--trials" or "--marks" or "--ties" or "--jobs" or "--out"))
                throw new ArgumentException($"Unknown argument '{name}'.");
            if (i + 1 == arguments.Length) throw new ArgumentException($"{name} needs a value.");
            if (!given.TryAdd(name, arguments[i + 1])) throw new ArgumentException($"{name} is given twice.");
        }

        string sampler = given.GetValueOrDefault("--sampler") ?? throw new ArgumentException("run needs --sampler <name>.");
        string reference = given.GetValueOrDefault("--reference", ReferenceNames.GetValueOrDefault(sampler, sampler));
        if (reference != "none" && !referenceSamplers.Contains(reference))
            throw new ArgumentException($"The reference has no sampler '{reference}'. "
                + $"Give one of {string.Join(", ", referenceSamplers)} or none as --reference.");
        int trials = Count(given, "--trials", 200);
        return new()
        {
            Sampler = sampler,
            Reference = reference == "none" ? null : reference,
            Problems = Choose(given.GetValueOrDefault("--problems", "all"), catalog),
            Seeds = Count(given, "--seeds", 30),
            Trials = trials,
            Marks = ReadMarks(given.GetValueOrDefault("--marks"), trials),
            Ties = given.GetValueOrDefault("--ties", "solved") switch
            {
                "solved" => TieRule.Solved,
                "close" => TieRule.Close,
                var other => throw new ArgumentException($"--ties is solved or close, not '{other}'."),
            },
            Jobs = Count(given, "--jobs", 1),
            Out = given.GetValueOrDefault("--out"),
        };
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
        if (text == "all") return catalog.Single;
        if (text == "multi") return catalog.Multi;
        ISuiteProblem[] problems = [.. catalog.Single, .. catalog.Multi];
        string[] names = [.. text.Split(',', StringSplitOptions.TrimEntries).Distinct()];
        foreach (string name in names)
        {
            if (!problems.Any(p => p.Name == name))
                throw new ArgumentException($"There is no problem '{name}' to run. Known ones: {string.Join(", ", problems.Select(p => p.Name))}.");
        }
        return [.. names.Select(n => problems.First(p => p.Name == n))];
    }
}
