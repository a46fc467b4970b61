namespace HyperTune;

/// <summary>The short texts that were read last, so that one that comes again is not made again. Not safe for concurrent use.</summary>
internal sealed class StringCache
{
    private const int Places = 512, Longest = 64;

    private readonly string?[] _texts = new string?[Places];

    public string Get(ReadOnlySpan<char> text)
    {
        if (text.Length > Longest) return text.ToString();
        ref string? known = ref _texts[string.GetHashCode(text) & (Places - 1)];
        if (known is null || !text.SequenceEqual(known)) known = text.ToString();
        return known;
    }
}
