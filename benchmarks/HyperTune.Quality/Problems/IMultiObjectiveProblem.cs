namespace HyperTune.Quality.Problems;

/// <summary>A deterministic problem with several objectives, all minimized, judged by the hypervolume of the feasible trials. Safe for concurrent use.</summary>
internal interface IMultiObjectiveProblem : ISuiteProblem
{
    bool ISuiteProblem.IsMaximized => true;

    bool ISuiteProblem.IsTable => false;

    /// <summary>How many objectives there are.</summary>
    int Objectives { get; }

    /// <summary>How many constraints there are; 0 for an unconstrained problem.</summary>
    int Constraints { get; }

    /// <summary>Asks for the parameters and returns the values of objectives and constraints.</summary>
    MultiObjectiveValues Evaluate(IParameters parameters);
}
