namespace HyperTune.Pareto.Volumes;

/// <summary>Points of three objectives made ready for a sweep along the third: named by their rank in the first, and listed by the third.</summary>
internal readonly struct SweptPlane
{
    public SweptPlane(ReadOnlySpan<double> points)
    {
        int count = points.Length / 3;
        X = new double[count];
        Y = new double[count];
        Z = new double[count];
        Points = new int[count];
        ByDepth = new int[count];
        Steps = new RankSet(count);
        for (int i = 0; i < count; i++)
        {
            X[i] = points[3 * i];
            Points[i] = i;
            ByDepth[i] = i;
        }
        Array.Sort(X, Points);
        var depths = new double[count];
        for (int rank = 0; rank < count; rank++)
        {
            Y[rank] = points[(3 * Points[rank]) + 1];
            Z[rank] = depths[rank] = points[(3 * Points[rank]) + 2];
        }
        Array.Sort(depths, ByDepth);
    }

    /// <summary>The first coordinate by rank, ascending.</summary>
    public double[] X { get; }

    /// <summary>The second coordinate by rank.</summary>
    public double[] Y { get; }

    /// <summary>The third coordinate by rank.</summary>
    public double[] Z { get; }

    /// <summary>The index of the point of each rank.</summary>
    public int[] Points { get; }

    /// <summary>The ranks in ascending order of the third coordinate.</summary>
    public int[] ByDepth { get; }

    /// <summary>The ranks on the staircase; none at first.</summary>
    public RankSet Steps { get; }
}
