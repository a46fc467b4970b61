using System.Globalization;

namespace HyperTune.Pruners.Rungs;

/// <summary>The names of notes at rungs, made once: they are looked up at each report.</summary>
internal sealed class RungNames(string prefix)
{
    // Steps have 31 bits, and a rung lies at least twice as high as the one below.
    private const int Reachable = 32;

    private readonly string[] _names = [.. Enumerable.Range(0, Reachable).Select(rung => Make(prefix, rung))];

    /// <summary>The name at a rung.</summary>
    public string this[int rung] => rung < _names.Length ? _names[rung] : Make(prefix, rung);

    private static string Make(string prefix, int rung) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{rung}");
}
