namespace HyperTune.Trials;

/// <summary>What is to be written of one trial: all of it or nothing.</summary>
public sealed record TrialChanges
{
    /// <summary>The trial.</summary>
    public required TrialId Trial { get; init; }

    /// <summary>Parameters to add. A parameter that the trial has already keeps its first value.</summary>
    public IReadOnlyList<Parameter> Parameters { get; init; } = [];

    /// <summary>Reports to add or replace, by step.</summary>
    public IReadOnlyList<KeyValuePair<long, double>> IntermediateValues { get; init; } = [];

    /// <summary>User attributes to add or replace.</summary>
    public AttributeSet UserAttributes { get; init; } = AttributeSet.Empty;

    /// <summary>System attributes to add or replace.</summary>
    public AttributeSet SystemAttributes { get; init; } = AttributeSet.Empty;

    /// <summary>Attributes of the study that belong to the same step; null for none.</summary>
    public AttributeChanges? Study { get; init; }

    /// <summary>The end of the trial; null while it goes on.</summary>
    public TrialFinish? Finish { get; init; }
}
