namespace HyperTune.Pareto.Volumes;

/// <summary>The hypervolume of three objectives: a plane moves along the third and meets the points in turn.</summary>
/// <remarks>
/// The plane holds the staircase of the points met so far, in a tree, and the area that it dominates; between two points the volume grows by area
/// times distance. O(n log n). Sources: C. M. Fonseca, L. Paquete, M. López-Ibáñez, "An Improved Dimension-Sweep Algorithm for the Hypervolume
/// Indicator", 2006; N. Beume et al., "On the Complexity of Computing the Hypervolume Indicator", 2009.
/// </remarks>
internal static class SpaceSweep
{
    /// <summary>The hypervolume of points that all lie strictly below the reference.</summary>
    public static double Volume(ReadOnlySpan<double> points, ReadOnlySpan<double> reference)
    {
        var plane = new SweptPlane(points);
        (double cornerX, double cornerY) = (reference[0], reference[1]);
        double volume = 0, area = 0, depth = 0;
        foreach (int rank in plane.ByDepth)
        {
            (double x, double y, double z) = (plane.X[rank], plane.Y[rank], plane.Z[rank]);
            int left = plane.Steps.Before(rank);
            if (left >= 0 && plane.Y[left] <= y) continue;
            volume += area * (z - depth);
            depth = z;
            double top = left >= 0 ? plane.Y[left] : cornerY;
            int right = plane.Steps.After(rank);
            while (right >= 0 && plane.Y[right] >= y)
            {
                area += (plane.X[right] - x) * (top - y);
                (x, top) = (plane.X[right], plane.Y[right]);
                plane.Steps.Remove(right);
                right = plane.Steps.After(right);
            }
            area += ((right >= 0 ? plane.X[right] : cornerX) - x) * (top - y);
            plane.Steps.Add(rank);
        }
        return volume + (area * (reference[2] - depth));
    }
}
