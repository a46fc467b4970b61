namespace HyperTune;

/// <summary>What <see cref="TpeSampler"/> learns from pruned trials.</summary>
public enum PrunedTrialUse
{
    /// <summary>They are ranked after all complete ones: those that came furthest first, then by their last report.</summary>
    ByStep,

    /// <summary>All trials are compared by what they had at one step, the highest that enough of them came to; those that did not come so far take no part.</summary>
    /// <remarks>
    /// Enough are d + 2 trials for d parameters that are modelled together. The steps are those at which trials were pruned, and beyond them the end, at which complete trials have
    /// their values. Source: S. Falkner et al., "BOHB: Robust and Efficient Hyperparameter Optimization at Scale", 2018, section 3.2.
    /// </remarks>
    ByRung,
}
