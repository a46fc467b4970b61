using System.Globalization;

namespace HyperTune.Trials;

/// <summary>How much of a trial is not yet in the storage.</summary>
internal readonly record struct UnwrittenChanges(int Parameters, int Reports, int Attributes)
{
    public int Count => Parameters + Reports + Attributes;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Parameters} parameters, {Reports} reports and {Attributes} attributes");
}
