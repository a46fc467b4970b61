namespace HyperTune;

/// <summary>Options of <see cref="BudgetTerminator"/>. At least one limit has to be given; the first that is reached counts.</summary>
public sealed record BudgetTerminatorOptions
{
    /// <summary>The number of trials that ended in any state; null, the default, for no limit. 1 or more.</summary>
    /// <remarks>Trials that run when it is reached come on top; <see cref="OptimizeOptions.TotalTrials"/> is exact.</remarks>
    public int? Trials { get; init => field = value is { } count ? Guard.AtLeast(count, 1, nameof(Trials)) : null; }

    /// <summary>The time that all ended trials took together, whoever ran them; null, the default, for no limit. Above zero.</summary>
    /// <remarks>Trials side by side add up: four workers spend four hours in one. For time on the wall see <see cref="OptimizeOptions.Timeout"/>.</remarks>
    public TimeSpan? TrialTime { get; init => field = value is { } time ? Guard.Above(time, TimeSpan.Zero, nameof(TrialTime)) : null; }

    /// <summary>The number of reports - epochs, folds, boosting rounds - of all ended trials together; null, the default, for no limit. 1 or more.</summary>
    public long? Reports { get; init => field = value is { } count ? Guard.AtLeast(count, 1, nameof(Reports)) : null; }
}
