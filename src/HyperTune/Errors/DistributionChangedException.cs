namespace HyperTune;

/// <summary>A parameter is asked for with a distribution that clashes with the one its name has in the study.</summary>
/// <remarks>Bounds and steps may change from trial to trial; the kind, the scale and the choices may not.</remarks>
public sealed class DistributionChangedException(string parameter, Distribution known, Distribution given)
    : HyperTuneException(
        $"The parameter '{parameter}' is {known} in this study, but was asked for as {given}. Bounds and steps may change between trials; "
        + "the kind, the logarithmic scale and the choices may not. Use another name, or another study.")
{
    /// <summary>The parameter's name.</summary>
    public string Parameter { get; } = parameter;

    /// <summary>The distribution that the study knows.</summary>
    public Distribution Known { get; } = known;

    /// <summary>The distribution that was asked for.</summary>
    public Distribution Given { get; } = given;
}
