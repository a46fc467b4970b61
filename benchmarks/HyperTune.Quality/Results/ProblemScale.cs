namespace HyperTune.Quality.Results;

/// <summary>What is needed to judge the values of a problem.</summary>
/// <param name="Optimum">The best value there is.</param>
/// <param name="IsMaximized">Whether larger values are better.</param>
/// <param name="IsTable">Whether values come from a table.</param>
/// <param name="RandomMedian">The median best value of the reference's random search after its first mark: 25 trials, or 50 with several objectives.</param>
internal sealed record ProblemScale(double Optimum, bool IsMaximized, bool IsTable, double RandomMedian)
{
    /// <summary>How far random search is from the optimum after its first mark.</summary>
    public double RandomDistance => Distance(RandomMedian);

    /// <summary>How far a value is from the optimum: 0 or more, up to rounding, and smaller is better.</summary>
    public double Distance(double value) => IsMaximized ? Optimum - value : value - Optimum;
}
