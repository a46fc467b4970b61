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
/// categories and branches, choose <see cref="TpeSampler"/>.</para>
/// <para>Whole numbers and steps keep a margin of probability for their neighbours, categorical parameters are modelled by probabilities that
/// follow the natural gradient, parameters outside the joint space, and all of a space without numbers, are drawn independently. A conditional space, declared or
/// inferred from the trials, has a search of its own for each branch, and the branches whose last trials are good get more of them. Workers share generations, and none waits for
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
        SearchSpace tree = SpaceTree.Of(history).Space;
        if (tree.IsConditional && WithBranches(history, tree) is { } conditional) return conditional;
        SearchSpace space = history.DeclaredSpace ?? IntersectionSpace.Of(history, includePruned: false);
        // Choices alone are no landscape to adapt to, least of all where others depend on them.
        if (!space.Any(parameter => IsModelled(parameter) && IsNumber(parameter))) return SearchSpace.Empty;
        return space.All(IsModelled) ? space : SearchSpace.Create(space.Where(IsModelled));
    }

    /// <inheritdoc/>
    public ParameterSet SampleRelative(StudyHistory history, TrialContext trial, SearchSpace space)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(space);
        if (space.Count == 0) return ParameterSet.Empty;
        // A trial with a value given from outside is not drawn from the distribution; it is injected once it has ended.
        bool isMember = !trial.FixedParameters.Any(parameter => space.Contains(parameter.Name));
        RandomStream random = trial.Random("cma");
        if (!space.IsConditional) return Draw(history, trial, new CmaScheme(_options, space), isMember, random);
        if (BranchFor(history, trial, space) is not { } branch) return ParameterSet.Empty;
        ParameterSet drawn = branch.Fixed;
        if (!branch.Space.Any(IsNumber))
        {
            // Only parents matter here, which have to lead to the branch; the rest is drawn independently.
            foreach (SearchSpaceParameter parent in branch.Space)
            {
                if (branch.AllowedOf(parent.Name) is { } allowed) drawn = drawn.With(parent.Name, parent.Distribution, allowed[random.NextInt(allowed.Length)]);
            }
            return drawn;
        }
        foreach (Parameter parameter in Draw(history, trial, new CmaScheme(_options, branch.Space, branch), isMember, random))
        {
            drawn = drawn.With(parameter.Name, parameter.Distribution, branch.Allow(parameter.Name, parameter.Value, random));
        }
        return drawn;
    }

    /// <inheritdoc/>
    public double SampleIndependent(StudyHistory history, TrialContext trial, string name, Distribution distribution) =>
        _independent.SampleIndependent(history, trial, name, distribution);

    /// <summary>The part of a conditional space that can be modelled branch by branch; null if there is none, or there are too many branches.</summary>
    private static SearchSpace? WithBranches(StudyHistory history, SearchSpace space)
    {
        SearchSpace several = space.WithoutSingle();
        if (!several.All(HasCoordinate)) several = SearchSpace.Create(several.Where(parameter => HasCoordinate(parameter) || several.Any(child => child.Condition?.Parent == parameter.Name)));
        IReadOnlyList<SpaceBranch> branches = BranchTrials.Of(history, several).Tree.Branches;
        return branches.Any(branch => branch.Space.Any(IsNumber)) ? several : null;
    }

    /// <summary>The branch that a trial is to take; null if none can have the values that are given.</summary>
    private SpaceBranch? BranchFor(StudyHistory history, TrialContext trial, SearchSpace space)
    {
        BranchTrials trials = BranchTrials.Of(history, space);
        SpaceBranch chosen = BranchChoice.Owed(history, trials) ?? BranchChoice.Draw(history, trials, RecentTrials, trial.Random("cma branch"));
        return chosen.Accepts(space, trial.FixedParameters) ? chosen : trials.Tree.Branches.FirstOrDefault(branch => branch.Accepts(space, trial.FixedParameters));
    }

    /// <summary>Those of two generations.</summary>
    private int RecentTrials(SpaceBranch branch) => 2 * CmaScheme.FirstSize(_options, branch.Space);

    private static ParameterSet Draw(StudyHistory history, TrialContext trial, CmaScheme scheme, bool isMember, RandomStream random)
    {
        OpenGeneration<CmaRun> open = GenerationLog<CmaRun>.Of(history, scheme);
        CmaRun run = open.State;
        var coordinates = new double[run.Space.Dimension];
        ParameterSet drawn = run.Draw(random, coordinates);
        if (!isMember) return drawn;
        open.Note(trial);
        if (run.Grid is not null) trial.Notes.Set(CmaScheme.CoordinatesKey, coordinates);
        return drawn;
    }

    private static bool IsNumber(SearchSpaceParameter parameter) => parameter.Distribution is not CategoricalDistribution;

    private static bool IsModelled(SearchSpaceParameter parameter) => parameter.Condition is null && !parameter.Distribution.IsSingle && HasCoordinate(parameter);

    private static bool HasCoordinate(SearchSpaceParameter parameter) =>
        parameter.Distribution is not FloatDistribution { Step: not null, GridSize: null } and not IntDistribution { Log: false, GridSize: null };
}
