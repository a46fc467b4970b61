namespace HyperTune.Quality.Problems;

/// <summary>A problem with one objective that only feasible trials count for.</summary>
internal interface IConstrainedProblem : IProblem
{
    /// <summary>What a study without a feasible trial is judged by: no feasible point is worse.</summary>
    double WorstValue { get; }

    /// <summary>Asks for the parameters and returns the value, and one number per constraint, satisfied when at most 0.</summary>
    MultiObjectiveValues EvaluateAll(IParameters parameters);

    double IProblem.Evaluate(IParameters parameters) => EvaluateAll(parameters).Values[0];
}
