namespace HyperTune.Quality.Problems;

/// <summary>A deterministic problem with one objective. Safe for concurrent use.</summary>
internal interface IProblem : ISuiteProblem
{
    /// <summary>Asks for the parameters and returns the objective's value, noise left out.</summary>
    /// <exception cref="ArithmeticException">The evaluation fails for these parameters.</exception>
    double Evaluate(IParameters parameters);
}
