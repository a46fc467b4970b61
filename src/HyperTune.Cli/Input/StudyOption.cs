using System.CommandLine;

namespace HyperTune.Cli.Input;

/// <summary>The options by which commands name studies.</summary>
internal static class StudyOption
{
    public static Option<string> One() => new("--study", "--study-name", "-n") { Description = "The study's name.", HelpName = "NAME", Required = true };

    public static Option<string[]> Several() => new("--study", "--study-name", "-n")
    {
        Description = "A study's name; may be given several times. Without it, all studies.",
        HelpName = "NAME",
        AllowMultipleArgumentsPerToken = true,
    };

    public static Option<bool> Json() => new("--json") { Description = "Write JSON." };

    /// <summary>The names; null when none is given.</summary>
    public static string[]? NamesOf(ParseResult parsed, Option<string[]> option) => parsed.GetValue(option) is { Length: > 0 } names ? names : null;
}
