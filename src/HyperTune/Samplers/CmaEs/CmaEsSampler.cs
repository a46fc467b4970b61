using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Samplers;
using HyperTune.Samplers.CmaEs;
using HyperTune.Samplers.Generations;
using HyperTune.Spaces;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>Covariance matrix adaptation evolution strategy: moves and shapes a normal distribution toward better values.</summary>
/// <remarks>
/// <para>Each generation is drawn from a normal distribution over the unit box; its better half pulls the mean, and the paths that the means take
/// set step size and correlations. It depends on the order of values only, and on no scaling or rotation of the space. Choose it for numeric
/// spaces of 2 to about 100 parameters and several hundred trials or more, when parameters depend on each other; with fewer trials, or many
/// categories and conditions, choose <see cref="TpeSampler"/>.</para>
/// <para>Whole numbers and steps keep a margin of probability for their neighbours, categorical parameters are modelled by probabilities that
/// follow the natural gradient, parameters outside the joint space, and all of a space without numbers, are drawn independently. Workers share generations, and none waits for
/// another; their seeds may differ, their other options should not. One objective only.</para>
/// <para>Sources: N. Hansen, "The CMA Evolution Strategy: A Tutorial", 2016; R. Hamano, S. Saito, M. Nomura, S. Shirakawa, "CMA-ES with Margin",
/// 2022; R. Hamano et al., "CatCMA: Stochastic Optimization for Mixed-Category Problems", 2024; M. Nomura, Y. Akimoto, I. Ono, "CMA-ES with
/// Learning Rate Adaptation", 2023; M. Nomura et al., "Warm Starting CMA-ES for Hyperparameter Optimization", 2021; N. Hansen, "Injecting
/// External Solutions Into CMA-ES", 2011. Categorical parameters together with whole numbers take the margins of both papers.</para>
/// <para>Safe for concurrent use.</para>
/// </remarks>
public sealed class CmaEsSampler : ISampler
{
    private readonly CmaEsSamplerOptions _options;
    private readonly ISampler _independent;

    /// <summary>Makes the sampler.</summary>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentException">The options contradict each other, or the warm start cannot be one.</exception>
    public CmaEsSampler(CmaEsSamplerOptions? options = null)
    {
        _options = options ?? new();
        if (_options is { IsSeparable: true, AdaptsLearningRates: true })
            throw new ArgumentException("IsSeparable and AdaptsLearningRates are both true, but learning rates adapt in a full covariance only. Set one of them.", nameof(options));
        if (_options.WarmStart is { Directions.Count: > 1 } source)
            throw new ArgumentException($"WarmStart is a study of {source.Directions.Count} objectives, but CMA-ES learns from one. Give a study with one objective.", nameof(options));
        _independent = _options.IndependentSampler ?? new RandomSampler(new() { Seed = _options.Seed });
    }

    /// <inheritdoc/>
    public ulong? Seed => _options.Seed;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The study has several objectives, or the warm start has too few trials inside the space.</exception>
    public SearchSpace InferRelativeSpace(StudyHistory history, TrialContext trial)
    {
        ArgumentNullException.ThrowIfNull(history);
        if (history.Directions.Count > 1)
        {
            throw new InvalidOperationException(
                $"The study '{history.Study.Name}' has {history.Directions.Count} objectives, but CMA-ES learns from one. Use TpeSampler, NsgaIISampler or NsgaIIISampler.");
        }
        if (history.CountOf(TrialState.Complete) < _options.StartupTrials) return SearchSpace.Empty;
        SearchSpace space = history.DeclaredSpace ?? IntersectionSpace.Of(history, includePruned: false);
        // Choices alone are no landscape to adapt to, least of all where others depend on them.
        if (!space.Any(parameter => IsModelled(parameter) && parameter.Distribution is not CategoricalDistribution)) return SearchSpace.Empty;
        return space.All(IsModelled) ? space : SearchSpace.Create(space.Where(IsModelled));
    }

    /// <inheritdoc/>
    public ParameterSet SampleRelative(StudyHistory history, TrialContext trial, SearchSpace space)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(space);
        if (space.Count == 0) return ParameterSet.Empty;
        OpenGeneration<CmaRun> open = GenerationLog<CmaRun>.Of(history, new CmaScheme(_options, space));
        CmaRun run = open.State;
        RandomStream random = trial.Random("cma");
        var coordinates = new double[run.Space.Dimension];
        ParameterSet drawn = run.Draw(random, coordinates);
        // A trial with a value given from outside is not drawn from the distribution; it is injected once it has ended.
        if (trial.FixedParameters.Any(parameter => space.Contains(parameter.Name))) return drawn;
        open.Note(trial);
        if (run.Grid is not null) trial.Notes.Set(CmaScheme.CoordinatesKey, coordinates);
        return drawn;
    }

    /// <inheritdoc/>
    public double SampleIndependent(StudyHistory history, TrialContext trial, string name, Distribution distribution) =>
        _independent.SampleIndependent(history, trial, name, distribution);

    private static bool IsModelled(SearchSpaceParameter parameter) =>
        parameter.Condition is null && !parameter.Distribution.IsSingle
        && parameter.Distribution is not FloatDistribution { Step: not null, GridSize: null } and not IntDistribution { Log: false, GridSize: null };
}
