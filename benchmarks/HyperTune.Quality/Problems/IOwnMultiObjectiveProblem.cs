namespace HyperTune.Quality.Problems;

/// <summary>A problem of our own with several objectives.</summary>
internal interface IOwnMultiObjectiveProblem : IMultiObjectiveProblem, IOwnProblem
{
    /// <summary>The reference point of its hypervolume, one number per objective.</summary>
    IReadOnlyList<double> ReferencePoint { get; }
}
