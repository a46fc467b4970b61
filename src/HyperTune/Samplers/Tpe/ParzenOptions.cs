namespace HyperTune.Samplers.Tpe;

/// <summary>How a <see cref="ParzenEstimator"/> is fitted.</summary>
internal sealed record ParzenOptions
{
    /// <summary>The defaults.</summary>
    public static ParzenOptions Default { get; } = new();

    /// <summary>The weight of the prior kernel beside the observations' weights; finite and above 0, 1 by default.</summary>
    public double PriorWeight
    {
        get;
        init
        {
            if (!(value > 0) || !double.IsFinite(value))
                throw new ArgumentOutOfRangeException(nameof(value), value, "The prior weight must be finite and above 0.");
            field = value;
        }
    } = 1;

    /// <summary>Whether kernel widths stay above range / min(limit, (n + 2)^exponent), n being the number of observations; true by default. Otherwise they stay above 1e-12.</summary>
    public bool HasMagicClip { get; init; } = true;

    /// <summary>The exponent of the magic clip; 1 by default, as in Hyperopt.</summary>
    public double ClipExponent { get; init; } = 1;

    /// <summary>The limit of the magic clip; 100 by default, as in Hyperopt.</summary>
    public double ClipLimit { get; init; } = 100;

    /// <summary>Whether the bounds count as neighbours of the first and last of two or more observations; false by default.</summary>
    public bool ConsidersEndpoints { get; init; }

    /// <summary>Fills in the weights of the observations, oldest first: a function of their number alone. The default ramp by default.</summary>
    public Action<Span<double>> Weights { get; init; } = TpeWeights.Default;
}
