using HyperTune.Trials;

namespace HyperTune.History;

/// <summary>The stored form of who proposed a trial and how each parameter was drawn: the sampler's name, a blank, a letter for each parameter.</summary>
internal static class DrawnParameters
{
    public static char LetterOf(ParameterOrigin origin) => origin switch
    {
        ParameterOrigin.Joint => 'j',
        ParameterOrigin.Independent => 'i',
        ParameterOrigin.Given => 'g',
        ParameterOrigin.Single => 's',
        _ => '-',
    };

    public static ParameterOrigin OriginOf(char letter) => letter switch
    {
        'j' => ParameterOrigin.Joint,
        'i' => ParameterOrigin.Independent,
        'g' => ParameterOrigin.Given,
        's' => ParameterOrigin.Single,
        _ => ParameterOrigin.Unknown,
    };

    public static string Text(string sampler, ReadOnlySpan<char> letters) => $"{sampler} {letters}";

    public static ReadOnlySpan<char> Letters(TrialRecord trial)
    {
        string? text = Stored(trial);
        return text is null ? [] : text.AsSpan(text.IndexOf(' ') + 1);
    }

    public static string? Sampler(TrialRecord trial)
    {
        string? text = Stored(trial);
        int blank = text?.IndexOf(' ') ?? -1;
        return blank > 0 ? text![..blank] : null;
    }

    private static string? Stored(TrialRecord trial) =>
        trial.SystemAttributes.TryGetValue(SystemKeys.Drawn, out AttributeValue? value) && value.Kind == AttributeKind.String ? value.AsString() : null;
}
