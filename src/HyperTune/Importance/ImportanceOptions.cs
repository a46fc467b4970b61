namespace HyperTune;

/// <summary>What the importance of parameters is asked of, and how.</summary>
public sealed record ImportanceOptions
{
    /// <summary>The way to measure. Null, the default, takes <see cref="PedAnovaImportance"/>, and <see cref="FanovaImportance"/> for interactions.</summary>
    public ImportanceEvaluator? Evaluator { get; init; }

    /// <summary>The parameters to compare; null, the default, for all. See <see cref="ParameterImportances"/> for parameters that not every trial has.</summary>
    public IReadOnlyList<string>? Parameters { get; init; }

    /// <summary>The objective to explain. Null, the default, is the only one; with several, PED-ANOVA then explains what puts trials on the better fronts.</summary>
    public Metric? Objective { get; init; }

    /// <summary>A number to explain in place of an objective, such as the duration; trials for which it is not finite are left out. Null by default.</summary>
    public Func<TrialRecord, double>? Target { get; init; }

    /// <summary>Whether small or large targets are the good ones; minimize by default. Only PED-ANOVA looks at it.</summary>
    public Direction TargetDirection { get; init => field = Guard.Defined(value); } = Direction.Minimize;

    /// <summary>Whether importances are scaled to a sum of 1, with equal shares where none has any; true by default. Interactions are never scaled.</summary>
    public bool IsNormalized { get; init; } = true;
}
