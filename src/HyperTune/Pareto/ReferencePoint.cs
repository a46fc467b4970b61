namespace HyperTune.Pareto;

/// <summary>A reference point for hypervolumes that lies a little beyond the worst losses.</summary>
internal static class ReferencePoint
{
    // So that also the worst point of an objective has some volume; the second factor moves negative losses outward.
    private const double Beyond = 1.1, BeyondNegative = 0.9;

    // In place of 0, which no factor moves.
    private const double BeyondZero = 1e-12;

    /// <summary>One tenth of its size beyond the largest loss of each objective.</summary>
    /// <param name="losses">Row-major [points, objectives], at least one point.</param>
    /// <param name="objectives">1 or more.</param>
    public static double[] Of(ReadOnlySpan<double> losses, int objectives)
    {
        int count = LossRows.Count(losses, objectives);
        if (count == 0) throw new ArgumentException("There are no points, so nothing to lie beyond of. Give at least one.", nameof(losses));
        double[] point = losses[..objectives].ToArray();
        for (int i = objectives; i < losses.Length; i++) point[i % objectives] = Math.Max(point[i % objectives], losses[i]);
        for (int k = 0; k < objectives; k++)
        {
            double worst = Math.Max(Beyond * point[k], BeyondNegative * point[k]);
            point[k] = worst == 0 ? BeyondZero : worst;
        }
        return point;
    }
}
