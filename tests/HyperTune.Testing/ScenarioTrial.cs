namespace HyperTune.Testing;

/// <summary>A trial of a <see cref="HistoryScenario"/>. Everything has a default: a complete trial without parameters or reports.</summary>
public sealed record ScenarioTrial
{
    /// <summary>The trial's number; null (the default) takes the next one.</summary>
    public int? Number { get; init; }

    /// <summary>The state; complete by default.</summary>
    public TrialState State { get; init; } = TrialState.Complete;

    /// <summary>One value for each objective, or none (the default), which gives a complete trial zeros.</summary>
    public IReadOnlyList<double> Values { get; init; } = [];

    /// <summary>The reported standard error of each value, or none (the default).</summary>
    public IReadOnlyList<double> StandardErrors { get; init; } = [];

    /// <summary>Parameters with their distributions and internal values, in order.</summary>
    public IReadOnlyList<Parameter> Parameters { get; init; } = [];

    /// <summary>Reports in order of time: a value, or one for each objective, at a step. The first report of a step counts.</summary>
    public IReadOnlyList<(long Step, ObjectiveValues Values)> Reports { get; init; } = [];

    /// <summary>Constraint values by name; those above 0 are violated.</summary>
    public IReadOnlyDictionary<string, double> Constraints { get; init; } = new Dictionary<string, double>();

    /// <summary>Attributes set by the user.</summary>
    public AttributeSet UserAttributes { get; init; } = AttributeSet.Empty;

    /// <summary>Attributes set by samplers and pruners.</summary>
    public AttributeSet SystemAttributes { get; init; } = AttributeSet.Empty;
}
