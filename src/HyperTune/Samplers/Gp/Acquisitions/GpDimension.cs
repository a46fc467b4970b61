namespace HyperTune.Samplers.Gp.Acquisitions;

/// <summary>One dimension of the space in which a point is looked for.</summary>
/// <param name="IsCategorical">Whether it is a choice, whose values are indices.</param>
/// <param name="Levels">The values in ascending order; null for a number that moves freely from 0 to 1.</param>
internal sealed record GpDimension(bool IsCategorical, double[]? Levels)
{
    /// <summary>A number that moves freely from 0 to 1.</summary>
    public static GpDimension Continuous { get; } = new(false, null);

    /// <summary>The place of the nearest value.</summary>
    public int IndexOf(double value)
    {
        double[] levels = Levels!;
        int next = Array.BinarySearch(levels, value);
        if (next >= 0) return next;
        next = ~next;
        if (next == 0) return 0;
        return next == levels.Length || value - levels[next - 1] <= levels[next] - value ? next - 1 : next;
    }

    /// <summary>The nearest value.</summary>
    public double Snap(double value) => Levels is null ? Math.Clamp(value, 0, 1) : Levels[IndexOf(value)];

    /// <summary>The value that a uniform number stands for, between bounds; every value has the same share.</summary>
    public double FromUniform(double uniform, double lower, double upper)
    {
        if (Levels is null) return lower + (uniform * (upper - lower));
        int first = IsCategorical ? 0 : IndexOf(lower), last = IsCategorical ? Levels.Length - 1 : IndexOf(upper);
        return Levels[first + Math.Min((int)(uniform * (last - first + 1)), last - first)];
    }
}
