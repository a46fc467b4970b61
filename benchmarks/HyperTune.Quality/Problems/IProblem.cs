namespace HyperTune.Quality.Problems;

/// <summary>A deterministic problem with one objective. Safe for concurrent use.</summary>
internal interface IProblem
{
    /// <summary>The name that the specification and the reference results use.</summary>
    string Name { get; }

    /// <summary>Whether larger values are better.</summary>
    bool IsMaximized { get; }

    /// <summary>Whether the values come from a table of a real model's results rather than from a formula.</summary>
    bool IsTable { get; }

    /// <summary>Asks for the parameters and returns the objective's value.</summary>
    double Evaluate(IParameters parameters);
}
