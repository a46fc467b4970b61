namespace HyperTune.Quality.Problems;

/// <summary>A problem whose trials see noise. A study is judged by the value without noise of the trial that looks best, so that luck is not rewarded.</summary>
internal interface INoisyProblem : IProblem
{
    /// <summary>What a trial sees of a value: the same for the same study and trial.</summary>
    /// <param name="value">The value without noise.</param>
    /// <param name="seed">The study's seed.</param>
    /// <param name="trial">The trial's number.</param>
    double Observe(double value, int seed, int trial);
}
