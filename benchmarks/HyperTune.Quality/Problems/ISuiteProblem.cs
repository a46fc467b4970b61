namespace HyperTune.Quality.Problems;

/// <summary>A problem of the suite whose studies are judged by one number: the best value so far, or the hypervolume so far.</summary>
internal interface ISuiteProblem
{
    /// <summary>The name that the specification and the reference results use.</summary>
    string Name { get; }

    /// <summary>Whether larger numbers are better.</summary>
    bool IsMaximized { get; }

    /// <summary>Whether the values come from a table of a real model's results rather than from a formula.</summary>
    bool IsTable { get; }
}
