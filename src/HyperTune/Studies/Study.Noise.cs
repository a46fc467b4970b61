using System.Diagnostics.CodeAnalysis;
using HyperTune.Trials;

namespace HyperTune;

/// <content>Several evaluations of one configuration.</content>
public sealed partial class Study
{
    /// <summary>The configurations of the complete trials, each with all its evaluations, in the order of their first trials.</summary>
    /// <remarks>Made anew at each call, in time that grows with the number of configurations: take it once and not in a loop.</remarks>
    public IReadOnlyList<Configuration> Configurations => Noise.Configurations.Of(History);

    /// <summary>The feasible configuration that is best when its mean is made worse by one standard error (<see cref="TryGetRobustBest"/> takes other numbers).</summary>
    /// <remarks>Among single evaluations without reported errors all standard errors are equal; while nothing is known about the noise it is the configuration of <see cref="BestTrial"/>.</remarks>
    /// <exception cref="InvalidOperationException">There is none yet, or the study has several objectives.</exception>
    public Configuration RobustBest =>
        TryGetRobustBest(out Configuration? best) ? best : throw new InvalidOperationException($"The study '{Name}' has no complete feasible trial yet.");

    /// <summary>Gives the feasible configuration with the best <see cref="Configuration.PessimisticValue"/>, if there is one; of equal ones that with the lowest number.</summary>
    /// <param name="best">The configuration.</param>
    /// <param name="standardErrors">How many standard errors make a mean worse; finite, 0 or more. More of them favour configurations that were evaluated often.</param>
    /// <exception cref="InvalidOperationException">The study has several objectives.</exception>
    public bool TryGetRobustBest([NotNullWhen(true)] out Configuration? best, double standardErrors = 1)
    {
        if (Directions.Count > 1) throw new InvalidOperationException($"The study '{Name}' has {Directions.Count} objectives and so no single best configuration. Use BestTrials or Configurations.");
        best = Noise.Configurations.Best(History, Guard.AtLeast(Guard.Finite(standardErrors), 0));
        return best is not null;
    }

    /// <summary>Queues trials with the parameters of another trial, to evaluate these again. They are not pruned, since only the lucky ones would be left.</summary>
    /// <param name="trial">A trial of this study.</param>
    /// <param name="times">How many; 1 or more.</param>
    /// <param name="cancellationToken">Ends the wait, not the write.</param>
    /// <returns>The numbers of the queued trials.</returns>
    /// <exception cref="ArgumentException">The trial has no parameters, or one that is not in the distribution that it is known to have in the study.</exception>
    /// <exception cref="StorageException">The storage failed; nothing was queued.</exception>
    public async Task<IReadOnlyList<int>> RepeatAsync(TrialRecord trial, int times = 1, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(trial);
        Guard.AtLeast(times, 1);
        if (trial.Parameters.Count == 0) throw new ArgumentException($"Trial {trial.Number} has no parameters that could be evaluated again.", nameof(trial));
        foreach ((string name, object? value) in trial.Params) CheckGiven(name, value);
        TrialTemplate template = Queued(trial.Params.Select(static entry => (entry.Key, (AttributeValue?)AttributeValue.From(entry.Value))));
        template = template with { SystemAttributes = template.SystemAttributes.With(SystemKeys.RepeatOf, trial.Number) };
        IReadOnlyList<int?> numbers = await AddAsync([.. Enumerable.Repeat(template, times)], skipIfExists: false, cancellationToken).ConfigureAwait(false);
        return [.. numbers.Select(static number => number!.Value)];
    }

    /// <inheritdoc cref="RepeatAsync"/>
    /// <remarks>Blocks the calling thread.</remarks>
    public IReadOnlyList<int> Repeat(TrialRecord trial, int times = 1) => Blocking.Wait(() => RepeatAsync(trial, times));
}
