namespace HyperTune;

/// <summary>The short texts that were read last, so that one that comes again is not made again. Not safe for concurrent use.</summary>
internal sealed class StringCache
{
    private const int Places = 512, Longest = 64;

    // Such as distributions, which are JSON in a string of JSON.
    private const int EscapedPlaces = 128, LongestEscaped = 512;

    private readonly string?[] _texts = new string?[Places];
    private readonly (string? Escaped, string Text)[] _unescaped = new (string?, string)[EscapedPlaces];

    public string Get(ReadOnlySpan<char> text)
    {
        if (text.Length > Longest) return text.ToString();
        ref string? known = ref _texts[string.GetHashCode(text) & (Places - 1)];
        if (known is null || !text.SequenceEqual(known)) known = text.ToString();
        return known;
    }

    /// <summary>What a text with escapes stands for, if it was kept.</summary>
    public string? FindUnescaped(ReadOnlySpan<char> escaped)
    {
        if (escaped.Length > LongestEscaped) return null;
        (string? known, string text) = _unescaped[string.GetHashCode(escaped) & (EscapedPlaces - 1)];
        return known is not null && escaped.SequenceEqual(known) ? text : null;
    }

    /// <summary>Keeps what a text with escapes stands for, unless it is long.</summary>
    public void KeepUnescaped(ReadOnlySpan<char> escaped, string text)
    {
        if (escaped.Length <= LongestEscaped) _unescaped[string.GetHashCode(escaped) & (EscapedPlaces - 1)] = (escaped.ToString(), text);
    }
}
