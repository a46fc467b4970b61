namespace HyperTune.Quality.Results;

/// <summary>When two medians count as tied, given a tolerance: a share of what random search leaves to gain after 25 trials.</summary>
internal enum TieRule
{
    /// <summary>Both medians are within the tolerance of the optimum, so that both samplers have solved the problem.</summary>
    Solved,

    /// <summary>The medians are within the tolerance of each other, wherever they are.</summary>
    Close,
}
