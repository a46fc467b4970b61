using HyperTune.History;

namespace HyperTune;

/// <summary>Options of <see cref="CmaEsSampler"/>.</summary>
/// <remarks>Processes that share a study share generations if all their options but the seed and the independent sampler agree.</remarks>
public sealed record CmaEsSamplerOptions
{
    /// <summary>The seed of all draws; null for a new one in each process.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Complete trials before the first generation, drawn by <see cref="IndependentSampler"/>. 1 or more, since they show the search space; 1 by default.</summary>
    public int StartupTrials { get; init => field = Guard.AtLeast(value, 1); } = 1;

    /// <summary>Trials in a generation, 4 or more; null for 4 + 3 ln d with d parameters. Larger ones search more widely and more slowly.</summary>
    public int? PopulationSize { get; init => field = value is { } size ? Guard.AtLeast(size, 4, nameof(PopulationSize)) : null; }

    /// <summary>The first step size, as a share of each parameter's range. Above 0; 1/6 by default.</summary>
    public double InitialSigma { get; init => field = Guard.Above(Guard.Finite(value), 0); } = 1.0 / 6;

    /// <summary>Values of numeric parameters where the search begins, by name; the middle of the range for those that are not named.</summary>
    public IReadOnlyDictionary<string, double> InitialMean { get; init => field = Guard.NotNull(value); } = new Dictionary<string, double>();

    /// <summary>Whether the search distribution has no correlations, which learns faster where there are many parameters that hardly depend on each other.</summary>
    public bool IsSeparable { get; init; }

    /// <summary>Whether learning rates adapt to noise and to many local optima, at some cost on easy problems. Not together with <see cref="IsSeparable"/>.</summary>
    public bool AdaptsLearningRates { get; init; }

    /// <summary>Whether whole numbers and steps keep a margin of probability for neighbouring values. True by default; else they are searched as if continuous.</summary>
    public bool HasMargin { get; init; } = true;

    /// <summary>Whether each generation also learns from the best trial so far. True by default.</summary>
    /// <remarks>It speeds the search up, mostly by a quarter to a half; with much noise it holds on to a lucky value.</remarks>
    public bool InjectsBest { get; init; } = true;

    /// <summary>What happens once the search distribution has nothing left to gain. <see cref="CmaEsRestarts.Ipop"/> by default.</summary>
    public CmaEsRestarts Restarts { get; init => field = Guard.Defined(value); } = CmaEsRestarts.Ipop;

    /// <summary>Finished trials of a similar task from which the first distribution is taken; null for none. It takes the place of <see cref="InitialMean"/> and <see cref="InitialSigma"/>.</summary>
    /// <remarks>Its best tenth counts, so that ten complete trials with all numeric parameters are the least. Branches of a conditional space of which there are fewer begin without.</remarks>
    public StudyHistory? WarmStart { get; init; }

    /// <summary>Whether pruned trials take part with their last report.</summary>
    public bool UsesPrunedTrials { get; init; }

    /// <summary>Draws what is not in the joint space, and the startup trials; null for a <see cref="RandomSampler"/>.</summary>
    public Samplers.ISampler? IndependentSampler { get; init; }
}
