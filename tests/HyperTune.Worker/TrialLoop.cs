using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune.Worker;

/// <summary>The work of one worker on a bare storage: start a trial, end it with two parameters and a value, which <see cref="AcknowledgedTrials"/> checks.</summary>
public static class TrialLoop
{
    private static readonly FloatDistribution Distribution = new(0, 1);

    /// <summary>Runs trials until the study has as many as it may have.</summary>
    /// <param name="storage">The storage.</param>
    /// <param name="study">The study.</param>
    /// <param name="total">How many trials the study may have in all.</param>
    /// <param name="acknowledged">Gets the number and the value of each trial once it is stored.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    public static async Task RunAsync(IStorage storage, StudyRecord study, int total, Action<int, double> acknowledged, CancellationToken cancellationToken)
    {
        while (await RunOneAsync(storage, study, total, acknowledged, cancellationToken))
        {
        }
    }

    /// <summary>Runs one trial.</summary>
    /// <returns>Whether there was one to run.</returns>
    /// <inheritdoc cref="RunAsync"/>
    public static async Task<bool> RunOneAsync(IStorage storage, StudyRecord study, int? total, Action<int, double> acknowledged, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(storage);
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(acknowledged);
        var start = new TrialStart { TotalTrials = total, StartedAt = TimeProvider.System.GetUtcNow(), RequestId = Guid.NewGuid() };
        IReadOnlyList<TrialRecord> started = await storage.StartTrialsAsync(study.Id, start, cancellationToken);
        if (started.Count == 0) return false;
        TrialRecord trial = started[0];
        double value = Random.Shared.NextDouble();
        var changes = new TrialChanges
        {
            Trial = trial.Id,
            Parameters = [new("x", Distribution, value), new("y", Distribution, 1 - value)],
            Finish = new() { State = TrialState.Complete, Values = [value], CompletedAt = TimeProvider.System.GetUtcNow(), RequestId = Guid.NewGuid() },
        };
        WriteOutcome outcome = (await storage.WriteAsync(study.Id, [changes], cancellationToken))[0];
        if (outcome != WriteOutcome.Stored) throw new InvalidOperationException($"Trial {trial.Number}: {outcome}.");
        acknowledged(trial.Number, value);
        return true;
    }
}
