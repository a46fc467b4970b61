namespace HyperTune.Quality.Problems;

/// <summary>A deterministic, minimized problem that reports an intermediate value at each step. Safe for concurrent use.</summary>
internal interface ICurveProblem
{
    /// <summary>The name that the specification and the reference results use.</summary>
    string Name { get; }

    /// <summary>How many steps a whole evaluation has: they are numbered from 0.</summary>
    int Steps { get; }

    /// <summary>
    /// Asks for the parameters, reports the value of each step and, after each report, asks whether to go on.
    /// Returns the value of the last step, or null when the evaluation was pruned.
    /// </summary>
    double? Evaluate(IParameters parameters, ICurveReporter reporter);
}
