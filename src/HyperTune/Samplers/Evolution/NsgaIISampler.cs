using HyperTune.History;
using HyperTune.Samplers;
using HyperTune.Samplers.Evolution;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>NSGA-II, a genetic algorithm for several objectives: children of good and different parents, generation by generation.</summary>
/// <remarks>
/// <para>After a generation of random trials, each trial is the child of parents that are ranked by who dominates whom, and within a rank by how
/// much room they have, so that the population moves to the Pareto front and spreads along it. Choose it for two or three objectives and
/// hundreds of trials or more, with cheap proposals, many parallel workers, mixed and conditional spaces, and constraints. Choose
/// <see cref="NsgaIIISampler"/> where objectives are many, and <see cref="TpeSampler"/> where there are few trials or one objective.
/// It takes one objective, too, as a plain genetic algorithm.</para>
/// <para>Source: K. Deb, A. Pratap, S. Agarwal and T. Meyarivan, "A Fast and Elitist Multiobjective Genetic Algorithm: NSGA-II", 2002. What differs:
/// a generation is closed by its first finished trials, so that no worker waits; a child that is like a parent is mutated once.</para>
/// <para>The cost of a trial does not grow with the number of trials. Safe for concurrent use; holds no state.</para>
/// </remarks>
public sealed class NsgaIISampler : ISampler
{
    private readonly GeneticProposer _proposer;

    /// <summary>Makes the sampler.</summary>
    /// <param name="options">How it works; null for the defaults.</param>
    public NsgaIISampler(NsgaIISamplerOptions? options = null)
    {
        options ??= new();
        Seed = options.Seed;
        _proposer = new GeneticProposer(options, new NsgaIIScheme(options.PopulationSize));
    }

    /// <inheritdoc/>
    public ulong? Seed { get; }

    /// <inheritdoc/>
    public SearchSpace InferRelativeSpace(StudyHistory history, TrialContext trial) =>
        _proposer.InferRelativeSpace(history, trial);

    /// <inheritdoc/>
    public ParameterSet SampleRelative(StudyHistory history, TrialContext trial, SearchSpace space) =>
        _proposer.SampleRelative(history, trial, space);

    /// <inheritdoc/>
    public double SampleIndependent(StudyHistory history, TrialContext trial, string name, Distribution distribution) =>
        _proposer.SampleIndependent(history, trial, name, distribution);
}
