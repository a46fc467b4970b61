namespace HyperTune;

/// <summary>How <see cref="TpeSampler"/> weighs the good trials of a study with several objectives.</summary>
public enum TpeGoodWeights
{
    /// <summary>Each weighs 1.</summary>
    Uniform,

    /// <summary>By what the hypervolume of the good trials would lose without it, the largest being 1: favours the corners and gaps of the front.</summary>
    /// <remarks>Trials that are dominated, infeasible or pruned weigh next to nothing. Source: Y. Ozaki et al., "Multiobjective Tree-Structured Parzen Estimator", 2022.</remarks>
    Hypervolume,
}
