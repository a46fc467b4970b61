using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Pruners.Rungs;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>Prunes a trial that is not among the best one in η of those that came as far: asynchronous successive halving (ASHA).</summary>
/// <remarks>
/// <para>Trials are judged at rungs only, which lie at steps r, r·η, r·η² …: at each, the best one in η of all trials that reached it so far
/// goes on, so that most of the budget goes to few trials, and nobody waits for others. Choose it where one may train long, trials are
/// many, and early reports tell something; η says how much they are trusted. Where it is unclear from which step on they can be trusted, take
/// <see cref="HyperbandPruner"/>; with few trials, or of much the same length, <see cref="MedianPruner"/>.</para>
/// <para>The first trial to come to a rung always goes on, later ones are compared with it: the price of not waiting. Ties go on. A report of NaN
/// at a rung is pruned. Steps are counted as reported: from 0, the report at step 4 is the fifth one.</para>
/// <para>Sources: K. Jamieson, A. Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter Optimization", AISTATS 2016; L. Li et al., "A
/// System for Massively Parallel Hyperparameter Tuning", MLSys 2020, algorithm 2. Deviations, as in Optuna: a trial that does not go on at once is
/// ended rather than paused, so that it is not promoted later; at least one goes on from each rung; a report that passes several
/// rungs counts for all of them; there is no last rung.</para>
/// <para>The value at each rung is noted with the trial under Optuna's names, so that Python workers on the study see the same rungs. A decision
/// costs O(log n + running trials) for n finished trials. Safe for concurrent use.</para>
/// </remarks>
public sealed class SuccessiveHalvingPruner : IPruner
{
    private readonly SuccessiveHalvingPrunerOptions _options;
    private readonly RungRule _rule;

    /// <summary>Makes the pruner.</summary>
    /// <exception cref="ArgumentException">There are bootstrap trials, but no lowest rung, or an objective is chosen although all are compared.</exception>
    public SuccessiveHalvingPruner(SuccessiveHalvingPrunerOptions? options = null)
    {
        _options = options ?? new SuccessiveHalvingPrunerOptions();
        if (_options is { BootstrapTrials: > 0, MinResource: null })
        {
            throw new ArgumentException(
                $"BootstrapTrials is {Guard.Show(_options.BootstrapTrials)}, but no trial would ever complete to tell the lowest rung. Give MinResource.", nameof(options));
        }
        _rule = new RungRule(JudgedObjective.Of(_options.Objective, _options.UseDominance, nameof(options)), _options.UseDominance, _options.BootstrapTrials);
    }

    /// <inheritdoc/>
    public FoldReading Folds => FoldReading.RunningMeans;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The study has no such objective as the options name.</exception>
    public void BeforeTrial(StudyHistory history, TrialContext trial)
    {
        ArgumentNullException.ThrowIfNull(history);
        _rule.Check(history);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The study has no such objective as the options name.</exception>
    public PruneDecision ShouldPrune(StudyHistory history, TrialContext trial)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        _rule.Check(history);
        if (trial.IntermediateValues.Count == 0) return PruneDecision.Keep;
        return (_options.MinResource ?? AgreedResource.Lowest(history, trial)) is { } step
            ? _rule.Judge(history, trial, new RungLadder(step, _options.ReductionFactor, _options.EarlyStoppingRate), null)
            : PruneDecision.Keep;
    }
}
