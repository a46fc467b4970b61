using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>Prunes a trial when several pruners agree to: all of them, or so many.</summary>
/// <remarks>
/// <para>Each pruner is asked about each report, so that those with rungs do not miss theirs. Choose it in studies with several objectives, with a
/// pruner for each one, so that a trial ends only where it is bad in all; or, with <see cref="AgreementPrunerOptions.Needed"/> = 1, to add a limit such as
/// <see cref="ThresholdPruner"/> to another pruner. Where trade-offs count, rather than single objectives, compare fronts: see
/// <see cref="MedianPrunerOptions.UseDominance"/>.</para>
/// <para>Pruners agree about one report: what one of them wanted at an earlier one is forgotten. Pruners with rungs in one study must differ in
/// their objective, since they note their rungs by it.</para>
/// <para>Safe for concurrent use if the pruners are.</para>
/// </remarks>
public sealed class AgreementPruner : IPruner
{
    private readonly IReadOnlyList<IPruner> _pruners;
    private readonly int _needed;

    /// <summary>Makes the pruner.</summary>
    /// <exception cref="ArgumentException">A pruner is null, or more have to agree than there are.</exception>
    public AgreementPruner(AgreementPrunerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _pruners = options.Pruners;
        _needed = options.Needed ?? _pruners.Count;
        if (_needed > _pruners.Count)
        {
            throw new ArgumentException($"Needed is {Guard.Show(_needed)}, but there are {Guard.Show(_pruners.Count)} pruners. Give a lower number or more pruners.", nameof(options));
        }
        if (_pruners.Contains(null)) throw new ArgumentException("One of the Pruners is null. Leave it out.", nameof(options));
    }

    /// <summary>That of the least aware of the pruners.</summary>
    public FoldReading Folds => _pruners.Min(pruner => pruner.Folds);

    /// <inheritdoc/>
    public void BeforeTrial(StudyHistory history, TrialContext trial)
    {
        foreach (IPruner pruner in _pruners) pruner.BeforeTrial(history, trial);
    }

    /// <inheritdoc/>
    public PruneDecision ShouldPrune(StudyHistory history, TrialContext trial)
    {
        int votes = 0;
        string? prune = null, keep = null;
        foreach (IPruner pruner in _pruners)
        {
            PruneDecision decision = pruner.ShouldPrune(history, trial);
            if (decision.Prune) votes++;
            if (decision.Reason is not { } reason) continue;
            ref string? reasons = ref decision.Prune ? ref prune : ref keep;
            reasons = reasons is null ? reason : $"{reasons}; {reason}";
        }
        return votes >= _needed ? new PruneDecision(true, prune) : new PruneDecision(false, keep);
    }
}
