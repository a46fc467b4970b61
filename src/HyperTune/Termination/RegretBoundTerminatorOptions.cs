namespace HyperTune;

/// <summary>Options of <see cref="RegretBoundTerminator"/>.</summary>
public sealed record RegretBoundTerminatorOptions
{
    /// <summary>Complete and feasible trials before the bound is looked at. 2 or more; 20 by default.</summary>
    public int StartupTrials { get; init => field = Guard.AtLeast(value, 2); } = 20;

    /// <summary>
    /// The study stops when the bound is at or below it, in the objective's unit. Finite, 0 or more. Null, the default, takes the uncertainty of the best trial's own value: from its fold scores
    /// (<see cref="Trial.ReportFold"/>), or from its <see cref="Trial.SetStandardError(double)"/>.
    /// </summary>
    public double? Tolerance { get; init => field = value is { } given ? Guard.Finite(Guard.AtLeast(given, 0, nameof(Tolerance)), nameof(Tolerance)) : null; }

    /// <summary>After how many complete trials the bound is looked at again, since a look fits a model. 1 or more; 5 by default.</summary>
    public int Interval { get; init => field = Guard.AtLeast(value, 1); } = 5;
}
