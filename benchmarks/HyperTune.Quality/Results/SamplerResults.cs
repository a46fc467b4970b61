using HyperTune.Quality.Problems;

namespace HyperTune.Quality.Results;

/// <summary>The best values of the tested sampler on one problem: by mark, then by seed.</summary>
/// <param name="Problem">The problem.</param>
/// <param name="Best">For each number of trials, the best value, or the hypervolume, so far of each seed, in the order of the seeds.</param>
internal sealed record SamplerResults(ISuiteProblem Problem, IReadOnlyDictionary<int, double[]> Best);
