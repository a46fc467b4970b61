using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Pruners.Progressive;
using HyperTune.Pruners.Rungs;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>Successive halving whose trials run only as far as their ranking still changes: progressive allocation of resources (PASHA).</summary>
/// <remarks>
/// <para>Trials are judged at rungs as by <see cref="SuccessiveHalvingPruner"/>, up to a rung called the cap, at which all of them end. It begins low, at the second rung, and is
/// raised by one whenever the trials that reached it rank there otherwise than at the rung below: while the order still changes it is worth training longer, and once it does not, the
/// best ones are known. Choose it where whole trials are dear and many, and where early ranks last. Where the best curves cross the others late, in an order that looked
/// settled before, it ends them; take <see cref="LearningCurvePruner"/> there.</para>
/// <para>A trial that no other one at the cap is better than goes on to its full length, so that the study always has complete trials of its best configurations, about ln n
/// of n trials that reach it with independent reports. Only a complete trial has a value: the best one is the best of these.</para>
/// <para>Two rankings are equal if each trial, at its place at the cap, was within ε of the one that had this place at the rung below. ε is what curves differ by that only
/// noise tells apart: the 90th percentile of the last distances of all pairs that change places and change back on their way to the cap; without such pairs it is 0.</para>
/// <para>Source: O. Bohdal, L. Balles, M. Wistuba, B. Ermis, C. Archambeau, G. Zappella, "PASHA: Efficient HPO and NAS with Progressive Resource Allocation", ICLR 2023.
/// Deviations: trials cannot be paused and taken up again, so that a trial which does not go on at once is ended, also where the cap is raised later; leaders complete, since
/// nothing is trained again afterwards; the cap follows from the finished trials rather than from the one that just came to it, so that all workers agree on it; of
/// these the 64 with the highest numbers are ranked, so that a decision stays cheap.</para>
/// <para>The value at each rung is noted with the trial under the names of <see cref="SuccessiveHalvingPruner"/>, and each raise of the cap with the study, for all
/// workers. A decision costs O(log n + running trials) for n finished trials, and a new trial at the cap one comparison of its curve with up to 64 others. Safe for concurrent use.</para>
/// </remarks>
public sealed class PashaPruner : IPruner
{
    private readonly PashaPrunerOptions _options;
    private readonly RungRule _rule;

    /// <summary>Makes the pruner.</summary>
    public PashaPruner(PashaPrunerOptions? options = null)
    {
        _options = options ?? new PashaPrunerOptions();
        var objective = new JudgedObjective(_options.Objective);
        _rule = new RungRule(objective, useDominance: false, bootstrap: 0, new RungCap(objective, _options.RankTolerance));
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
            ? _rule.Judge(history, trial, new RungLadder(step, _options.ReductionFactor, 0), null)
            : PruneDecision.Keep;
    }
}
