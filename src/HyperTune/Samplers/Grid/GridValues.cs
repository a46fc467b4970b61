namespace HyperTune.Samplers.Grid;

/// <summary>The values that a grid takes of a distribution.</summary>
internal static class GridValues
{
    /// <summary>Lists the values in ascending order, or in that of the choices.</summary>
    /// <param name="name">The parameter, for messages.</param>
    /// <param name="distribution">Its values.</param>
    /// <param name="pointsPerRange">The most values of a range, both ends among them; null for all.</param>
    /// <exception cref="ArgumentException">All values of a continuous range are wanted, or more than a grid holds.</exception>
    public static IReadOnlyList<object?> Of(string name, Distribution distribution, int? pointsPerRange)
    {
        if (distribution is CategoricalDistribution { Choices: { } choices }) return choices;
        if (distribution.GridSize is { } size && (pointsPerRange is null || size <= pointsPerRange))
        {
            if (size > ParameterGrid.MaxCells)
                throw new ArgumentException($"The range of '{name}', {distribution}, has {Guard.Show(size)} values, more than a grid holds. Set {nameof(GridSamplerOptions.PointsPerRange)}.", nameof(distribution));
            return [.. Enumerable.Range(0, (int)size).Select(place => distribution.ToExternal(distribution.GridValue(place)))];
        }
        if (pointsPerRange is not { } points)
        {
            throw new ArgumentException(
                $"The range of '{name}', {distribution}, has no step, so that its values cannot be listed. Give it a step, set {nameof(GridSamplerOptions.PointsPerRange)}, or list them in {nameof(GridSamplerOptions.Values)}.",
                nameof(distribution));
        }
        return [.. Enumerable.Range(0, points).Select(i => Point(distribution, (double)i / (points - 1))).Distinct().Select(distribution.ToExternal)];
    }

    /// <summary>The internal value nearest to a share of the range on its scale.</summary>
    private static double Point(Distribution distribution, double share)
    {
        (double low, double high, bool isLog) = distribution switch
        {
            FloatDistribution range => (range.Low, range.High, range.Log),
            _ => (((IntDistribution)distribution).Low, ((IntDistribution)distribution).High, ((IntDistribution)distribution).Log),
        };
        // Weighted rather than stepped, so that the ends are exact and the widest range does not overflow.
        double value = isLog ? Math.Exp(Math.Log(low) * (1 - share) + Math.Log(high) * share) : low * (1 - share) + high * share;
        if (share is 0 or 1) value = share == 0 ? low : high;
        return distribution switch
        {
            FloatDistribution { Step: { } step } range => range.GridValue((long)Math.Clamp(Math.Round((value - low) / step), 0, range.GridSize!.Value - 1)),
            IntDistribution range => Math.Clamp(low + Math.Round((value - low) / range.Step) * range.Step, low, high),
            _ => Math.Clamp(value, low, high),
        };
    }
}
