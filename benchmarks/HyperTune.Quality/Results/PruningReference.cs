namespace HyperTune.Quality.Results;

/// <summary>What the reference's default sampler and a pruner gave on a curve problem.</summary>
/// <param name="Best">The best final value of each seed.</param>
/// <param name="TotalSteps">The reports of all trials, by seed.</param>
/// <param name="Pruned">The number of pruned trials, by seed.</param>
/// <param name="MedianBestAt">The median best final value by the number of reports made.</param>
internal sealed record PruningReference(double[] Best, double[] TotalSteps, double[] Pruned, IReadOnlyDictionary<int, double> MedianBestAt);
