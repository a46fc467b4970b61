using HyperTune.Quality.Problems;

namespace HyperTune.Quality;

/// <summary>One study to run.</summary>
/// <param name="Problem">The problem; it is evaluated on one thread at a time per study.</param>
/// <param name="Sampler">Which sampler, by the name given on the command line.</param>
/// <param name="Seed">The sampler's seed, and that of noise and of the workers' clock.</param>
/// <param name="Trials">How many trials to run.</param>
/// <param name="Workers">How many trials run at any time.</param>
internal sealed record StudyPlan(ISuiteProblem Problem, string Sampler, int Seed, int Trials, int Workers = 1);
