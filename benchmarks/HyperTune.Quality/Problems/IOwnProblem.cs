namespace HyperTune.Quality.Problems;

/// <summary>A problem of our own, outside the suite: what judging it needs stands in the problem instead of in the reference's files.</summary>
internal interface IOwnProblem : ISuiteProblem
{
    /// <summary>The best value, or hypervolume, there is.</summary>
    double Optimum { get; }

    /// <summary>The median best value of random search after 25 trials, or its hypervolume after 50: measured once, then fixed.</summary>
    double RandomMedian { get; }
}
