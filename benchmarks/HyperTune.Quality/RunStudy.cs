using HyperTune.Quality.Problems;

namespace HyperTune.Quality;

/// <summary>Runs one study of a problem and returns the best value, or the hypervolume, so far after each trial.</summary>
/// <param name="problem">The problem; it is evaluated on one thread at a time per study.</param>
/// <param name="samplerName">Which sampler, by the name given on the command line.</param>
/// <param name="seed">The sampler's seed.</param>
/// <param name="trials">How many trials to run; the result has as many values.</param>
/// <param name="cancellationToken">Stops the study with an <see cref="OperationCanceledException"/>.</param>
internal delegate double[] RunStudy(ISuiteProblem problem, string samplerName, int seed, int trials, CancellationToken cancellationToken);
