namespace HyperTune.Trials;

/// <summary>A trial to be added as it is: queued (waiting), or finished elsewhere. The storage gives it its number.</summary>
public sealed record TrialTemplate
{
    /// <summary>Waiting, complete, pruned or failed.</summary>
    public required TrialState State { get; init; }

    /// <summary>The values of a finished trial; else empty.</summary>
    public IReadOnlyList<double> Values { get; init; } = [];

    /// <summary>The parameters of a finished trial. A waiting trial names those it must take in the attribute <c>fixed_params</c>.</summary>
    public ParameterSet Parameters { get; init; } = ParameterSet.Empty;

    /// <summary>Reports by step.</summary>
    public IntermediateValues IntermediateValues { get; init; } = IntermediateValues.None;

    /// <summary>Attributes set by the user.</summary>
    public AttributeSet UserAttributes { get; init; } = AttributeSet.Empty;

    /// <summary>Attributes set by samplers, pruners and the study itself.</summary>
    public AttributeSet SystemAttributes { get; init; } = AttributeSet.Empty;

    /// <summary>When the trial began; null for a waiting trial.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the trial ended; null for a waiting trial.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>A trial as it would be added to another study: everything but its number and its identity.</summary>
    /// <param name="trial">The trial. A running one cannot be added; leave it out.</param>
    public static TrialTemplate From(TrialRecord trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        return new TrialTemplate
        {
            State = trial.State,
            Values = trial.Values,
            Parameters = trial.Parameters,
            IntermediateValues = trial.IntermediateValues,
            UserAttributes = trial.UserAttributes,
            SystemAttributes = trial.SystemAttributes,
            StartedAt = trial.StartedAt,
            CompletedAt = trial.CompletedAt,
        };
    }
}
