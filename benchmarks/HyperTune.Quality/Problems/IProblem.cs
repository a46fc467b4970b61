namespace HyperTune.Quality.Problems;

/// <summary>A deterministic problem with one objective. Safe for concurrent use.</summary>
internal interface IProblem : ISuiteProblem
{
    /// <summary>Asks for the parameters and returns the objective's value.</summary>
    double Evaluate(IParameters parameters);
}
