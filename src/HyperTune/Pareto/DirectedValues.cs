namespace HyperTune.Pareto;

/// <summary>Maximizing is minimizing the negative: the one place where directions end and losses begin.</summary>
internal static class DirectedValues
{
    /// <summary>The loss of a value; and the value of a loss.</summary>
    public static double ToLoss(this Direction direction, double value) => direction == Direction.Maximize ? -value : value;

    /// <summary>The losses of a point, one for each direction.</summary>
    /// <exception cref="ArgumentException">There is another number of values, or one is NaN.</exception>
    public static double[] ToLosses(this IReadOnlyList<Direction> directions, ReadOnlySpan<double> values, string what)
    {
        if (values.Length != directions.Count) throw new ArgumentException($"The {what} has {values.Length} value(s), but there are {directions.Count} objective(s). Give one for each.", nameof(values));
        if (values.Contains(double.NaN)) throw new ArgumentException($"The {what} has NaN for objective {values.IndexOf(double.NaN)}, which cannot be compared. Give a number.", nameof(values));
        var losses = new double[values.Length];
        for (int k = 0; k < losses.Length; k++) losses[k] = directions[k].ToLoss(values[k]);
        return losses;
    }
}
