using HyperTune.Pruners;

namespace HyperTune;

/// <summary>Options of <see cref="AgreementPruner"/>.</summary>
public sealed record AgreementPrunerOptions
{
    /// <summary>The pruners that are asked. One or more.</summary>
    public required IReadOnlyList<IPruner> Pruners { get; init => field = [.. Guard.NotNullOrEmpty(value)]; }

    /// <summary>How many of them must want to prune. 1, any of them, up to the number of pruners; null, the default, is all of them.</summary>
    public int? Needed { get; init => field = value is { } given ? Guard.AtLeast(given, 1, nameof(Needed)) : null; }
}
