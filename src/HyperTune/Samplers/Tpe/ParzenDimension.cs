namespace HyperTune.Samplers.Tpe;

/// <summary>One dimension of a <see cref="ParzenEstimator"/>: continuous, stepped (both possibly logarithmic) or categorical.</summary>
/// <param name="Low">The lowest value.</param>
/// <param name="High">The highest value, on the grid if there is one.</param>
/// <param name="Step">The distance of grid values; 0 for a continuous dimension.</param>
/// <param name="IsLog">Whether kernels live on ln of the value.</param>
/// <param name="Choices">The number of choices of a categorical dimension, whose values are indices; 0 for a numeric one.</param>
/// <param name="Distance">A distance of two choices, at least 0; null where all choices are equally far apart.</param>
internal readonly record struct ParzenDimension(
    double Low, double High, double Step, bool IsLog, int Choices, Func<int, int, double>? Distance)
{
    /// <summary>A real dimension.</summary>
    public static ParzenDimension Continuous(double low, double high, bool isLog = false)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high) || !double.IsFinite(high - low) || !(low < high))
            throw new ArgumentException($"A continuous dimension needs finite bounds, low below high, not [{low}, {high}].", nameof(low));
        if (isLog && !(low > 0)) throw new ArgumentOutOfRangeException(nameof(low), low, "A logarithmic dimension starts above 0.");
        return new ParzenDimension(low, high, 0, isLog, 0, null);
    }

    /// <summary>A dimension of grid values low, low + step, …, high.</summary>
    public static ParzenDimension Stepped(double low, double high, double step = 1, bool isLog = false)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high) || !double.IsFinite(high - low) || !(low <= high))
            throw new ArgumentException($"A stepped dimension needs finite bounds, low not above high, not [{low}, {high}].", nameof(low));
        if (!(step > 0) || !double.IsFinite(step)) throw new ArgumentOutOfRangeException(nameof(step), step, "The step must be finite and above 0.");
        if (isLog && !(low - 0.5 * step > 0))
            throw new ArgumentOutOfRangeException(nameof(low), low, "A logarithmic dimension starts above half a step.");
        return new ParzenDimension(low, high, step, isLog, 0, null);
    }

    /// <summary>A dimension of unordered choices.</summary>
    public static ParzenDimension Categorical(int choices, Func<int, int, double>? distance = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(choices, 1);
        return new ParzenDimension(0, choices - 1, 0, false, choices, distance);
    }

    /// <summary>Whether values are indices of choices.</summary>
    public bool IsCategorical => Choices > 0;

    /// <summary>The lower bound of the kernels: half a step below the grid, on the logarithmic scale if there is one.</summary>
    public double AdaptedLow => ToScale(Low - 0.5 * Step);

    /// <summary>The upper bound of the kernels.</summary>
    public double AdaptedHigh => ToScale(High + 0.5 * Step);

    /// <summary>A value on the kernels' scale.</summary>
    public double ToScale(double value) => IsLog ? Math.Log(value) : value;
}
