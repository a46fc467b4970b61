namespace HyperTune.Samplers.Gp.Acquisitions;

/// <summary>The part of the space in which a point is looked for.</summary>
/// <param name="Lower">The lower bounds of numbers; a pinned dimension has equal bounds.</param>
/// <param name="Upper">The upper bounds.</param>
/// <param name="IsPinned">Dimensions whose value is given, choices among them.</param>
/// <param name="Centers">The points from which to set out; at least one.</param>
/// <param name="IsLocal">Whether it is a trust region, in which candidates lie near the first center.</param>
internal sealed record SearchRegion(double[] Lower, double[] Upper, bool[] IsPinned, double[][] Centers, bool IsLocal)
{
    /// <summary>The whole space.</summary>
    public static SearchRegion Whole(params double[][] centers)
    {
        int d = centers[0].Length;
        double[] upper = new double[d];
        Array.Fill(upper, 1);
        return new(new double[d], upper, new bool[d], centers, IsLocal: false);
    }

    /// <summary>The same with one dimension given.</summary>
    public void Pin(int dimension, double value)
    {
        IsPinned[dimension] = true;
        Lower[dimension] = Upper[dimension] = value;
        foreach (double[] center in Centers) center[dimension] = value;
    }
}
