namespace HyperTune;

/// <summary>How the configuration that looks best (<see cref="Study.RobustBest"/>) is evaluated again, so that a lucky evaluation does not pass for a good configuration.</summary>
public sealed record ReevaluationOptions
{
    /// <summary>How many evaluations the configuration that looks best is to have. 2 or more; 5 by default.</summary>
    public int Evaluations { get; init => field = Guard.AtLeast(value, 2); } = 5;

    /// <summary>Every so many trials one evaluates again, if the configuration that looks best has too few evaluations; else it is a new one like all others. 2 or more; 4 by default.</summary>
    public int Every { get; init => field = Guard.AtLeast(value, 2); } = 4;
}
