using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Pruners.Rungs;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>Runs successive halving in several brackets, which begin to prune at different steps.</summary>
/// <remarks>
/// <para>Each trial belongs to one bracket and is judged as by <see cref="SuccessiveHalvingPruner"/>, among the trials of its bracket only. The first
/// bracket prunes from the lowest rung on, each next one begins one rung later, and the last one has but one rung, at or near the end. Choose it where it is
/// unknown from which step on reports can be trusted: no bracket is right, but one is nearly so, at the price of what the others cost. Where that step is known,
/// <see cref="SuccessiveHalvingPruner"/> alone is cheaper, and with fewer than some ten trials a bracket there is little to compare with.</para>
/// <para>Source: L. Li et al., "Hyperband: A Novel Bandit-Based Approach to Hyperparameter Optimization", JMLR 18, 2018. Deviations, as in
/// Optuna: brackets are asynchronous; trials are spread over them by a hash of the study's name and the trial's number, in the proportions of the
/// paper's numbers of configurations, so that workers agree without asking one another, Python workers included. <see cref="BracketAssignment.Cycle"/>
/// keeps these numbers exactly.</para>
/// <para>The bracket is stored with the trial's start (<see cref="TrialContext.Bracket"/>). Samplers see the trials of all brackets, unless <see cref="TpeSamplerOptions.StaysInBracket"/> is set. A decision costs O(log n +
/// running trials) for n finished trials. Safe for concurrent use.</para>
/// </remarks>
public sealed class HyperbandPruner : IPruner
{
    private readonly HyperbandPrunerOptions _options;
    private readonly RungRule _rule;

    /// <summary>Makes the pruner.</summary>
    /// <exception cref="ArgumentException">The last step is below the lowest rung, there are bootstrap trials but no last step, or an objective is chosen although all are compared.</exception>
    public HyperbandPruner(HyperbandPrunerOptions? options = null)
    {
        _options = options ?? new HyperbandPrunerOptions();
        if (_options.MaxResource < _options.MinResource)
        {
            throw new ArgumentException(
                $"MaxResource is {Guard.Show(_options.MaxResource)}, below MinResource, {Guard.Show(_options.MinResource)}. Give a larger one.", nameof(options));
        }
        if (_options is { BootstrapTrials: > 0, MaxResource: null })
        {
            throw new ArgumentException(
                $"BootstrapTrials is {Guard.Show(_options.BootstrapTrials)}, but no trial would ever complete to tell the last step. Give MaxResource.", nameof(options));
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
        ArgumentNullException.ThrowIfNull(trial);
        _rule.Check(history);
        if (BracketsOf(history, trial) is { } brackets) trial.Bracket = brackets.BracketOf(history.Study.Name, trial.Number);
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The study has no such objective as the options name.</exception>
    public PruneDecision ShouldPrune(StudyHistory history, TrialContext trial)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        _rule.Check(history);
        if (trial.IntermediateValues.Count == 0 || BracketsOf(history, trial) is not { } brackets) return PruneDecision.Keep;
        int bracket = brackets.BracketOf(history.Study.Name, trial.Number);
        return _rule.Judge(history, trial, new RungLadder(_options.MinResource, _options.ReductionFactor, bracket), new BracketMembers(brackets, bracket));
    }

    /// <summary>The brackets of the study; null while the last step is unknown.</summary>
    private BracketPlan? BracketsOf(StudyHistory history, TrialContext trial)
    {
        if ((_options.MaxResource ?? AgreedResource.Of(history, trial, SystemKeys.MaxResource, static last => last + 1)) is not { } maxResource) return null;
        int count = _options.UseFloatingLogarithm
            ? BracketPlan.FloatingCountOf(_options.MinResource, maxResource, _options.ReductionFactor)
            : BracketPlan.CountOf(_options.MinResource, maxResource, _options.ReductionFactor);
        return new BracketPlan(count, _options.ReductionFactor, _options.Assignment);
    }
}
