namespace HyperTune;

/// <summary>How <see cref="TpeSampler"/> compares pruned trials with others.</summary>
/// <remarks>
/// The rungs are the steps at which trials were pruned and, above them, the end, at which complete trials have their values. Enough trials are d + 2 for d
/// parameters that are modelled together. Source: S. Falkner, A. Klein, F. Hutter, "BOHB: Robust and Efficient Hyperparameter Optimization at Scale", 2018, section 3.2.
/// </remarks>
public enum PrunedTrialUse
{
    /// <summary>All trials are compared by what they had at one rung, the highest to which enough of them came. Those that did not come so far are bad.</summary>
    ByRung,

    /// <summary>The same, but those that did not come so far take no part, as in BOHB.</summary>
    ByRungAlone,

    /// <summary>They are ranked after all complete ones: those that came furthest first, then by their last report, as in Optuna.</summary>
    ByStep,
}
