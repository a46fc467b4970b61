namespace HyperTune.Samplers.Auto;

/// <summary>A sampler that <see cref="AutoSampler"/> lets propose.</summary>
internal enum AutoArm
{
    /// <summary>The Gaussian process, and before it has a model a Sobol sequence.</summary>
    Gp,

    /// <summary>CMA-ES.</summary>
    CmaEs,

    /// <summary>The tree-structured Parzen estimator.</summary>
    Tpe,

    /// <summary>NSGA-II.</summary>
    NsgaII,

    /// <summary>NSGA-III.</summary>
    NsgaIII,
}
