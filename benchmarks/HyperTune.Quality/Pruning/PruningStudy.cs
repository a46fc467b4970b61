namespace HyperTune.Quality.Pruning;

/// <summary>What one study of a curve problem gave with a number of trials.</summary>
/// <param name="Best">The best final value of trials that were not pruned.</param>
/// <param name="TotalSteps">The reports that all trials made.</param>
/// <param name="Pruned">The number of pruned trials.</param>
/// <param name="Finals">The final values of trials that were not pruned, each with the reports made until then by all trials; also of those after that number.</param>
internal sealed record PruningStudy(double Best, int TotalSteps, int Pruned, IReadOnlyList<(int Steps, double Value)> Finals)
{
    /// <summary>The best final value once so many reports are made; infinite when none is there by then.</summary>
    public double BestAt(int steps) => Finals.Where(final => final.Steps <= steps).Select(final => final.Value).DefaultIfEmpty(double.PositiveInfinity).Min();
}
