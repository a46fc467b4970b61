namespace HyperTune;

/// <summary>How far a call of <see cref="Study.OptimizeAsync(Func{Trial, double}, OptimizeOptions, CancellationToken)"/> has come.</summary>
public sealed record StudyProgress
{
    /// <summary>Trials that ended in this call.</summary>
    public required int Finished { get; init; }

    /// <summary>Trials that this call will run; null when only time or cancellation limits it.</summary>
    public required int? Total { get; init; }

    /// <summary>Those of <see cref="Finished"/> that were pruned.</summary>
    public required int Pruned { get; init; }

    /// <summary>Those of <see cref="Finished"/> that failed.</summary>
    public required int Failed { get; init; }

    /// <summary>Trials running now in this call.</summary>
    public required int Running { get; init; }

    /// <summary>Time since the call began.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The trial that ended last.</summary>
    public required TrialRecord LastTrial { get; init; }

    /// <summary>The study's best trial so far; null when there is none, or with several objectives.</summary>
    public required TrialRecord? BestTrial { get; init; }
}
