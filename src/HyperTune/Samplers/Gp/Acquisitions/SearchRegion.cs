namespace HyperTune.Samplers.Gp.Acquisitions;

/// <summary>The part of the space in which a point is looked for.</summary>
/// <param name="Lower">The lower bounds of numbers; a pinned dimension has equal bounds.</param>
/// <param name="Upper">The upper bounds.</param>
/// <param name="IsPinned">Dimensions whose value is given, choices among them.</param>
/// <param name="Center">The point from which to set out.</param>
/// <param name="IsLocal">Whether it is a trust region, in which every candidate lies near the center.</param>
internal sealed record SearchRegion(double[] Lower, double[] Upper, bool[] IsPinned, double[] Center, bool IsLocal)
{
    /// <summary>The whole space.</summary>
    public static SearchRegion Whole(double[] center)
    {
        int d = center.Length;
        double[] upper = new double[d];
        Array.Fill(upper, 1);
        return new(new double[d], upper, new bool[d], center, IsLocal: false);
    }

    /// <summary>The same with one dimension given.</summary>
    public void Pin(int dimension, double value)
    {
        IsPinned[dimension] = true;
        Lower[dimension] = Upper[dimension] = Center[dimension] = value;
    }
}
