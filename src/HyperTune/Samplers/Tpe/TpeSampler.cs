using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Samplers;
using HyperTune.Samplers.Tpe;
using HyperTune.Spaces;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>The tree-structured Parzen estimator: models where good and bad trials lie, and proposes where good ones are likely and bad ones are not.</summary>
/// <remarks>
/// <para>After some random trials it splits the earlier ones into the best tenth and the rest, fits a density of kernels to each side, draws
/// candidates from that of the good ones and takes the candidate with the largest ratio of the two densities. It takes every kind of
/// parameter and conditional spaces, pruned and infeasible trials, and any number of parallel workers. Choose another sampler
/// where parameters are few, numeric and costly to evaluate (a Gaussian process), or where thousands of trials are cheap (CMA-ES).</para>
/// <para>Sources: J. Bergstra et al., "Algorithms for Hyper-Parameter Optimization", 2011, section 4; J. Bergstra et al., "Making a Science of
/// Model Search", 2013; S. Falkner et al., "BOHB", 2018 (joint densities); S. Watanabe, "Tree-Structured Parzen Estimator:
/// Understanding Its Algorithm Components", 2023 (weights and widths of kernels); Y. Ozaki et al., "Multiobjective Tree-Structured Parzen
/// Estimator for Computationally Expensive Optimization Problems", 2020 (several objectives).</para>
/// <para>Pruned trials are compared with others at the highest step to which enough trials came, as by Falkner et al. Deviation: those that did not come so far are bad ones rather than left
/// out, since they tell where not to look; with every pruner that was tried this is as good or better (<see cref="TpeSamplerOptions.PrunedTrials"/>).</para>
/// <para>With one objective a conditional space, declared or inferred from the trials, is modelled branch by branch: each on its own parameters and trials, which
/// are good and bad among themselves. A branch gets trials until it is known a little, then visits now and then, and the more the better its last trials are.
/// Bergstra et al. draw parents first and from all trials, which stays in the branch that was good first; here half of the first trials do so, and those of more than 32 branches.</para>
/// <para>Where a study has several objectives the good trials are the best fronts, and of the front that is cut those that add most hypervolume.
/// Parameters are then modelled one by one, unless told otherwise.</para>
/// <para>The cost of a proposal grows linearly with the number of trials,
/// with a small constant: about a tenth of a microsecond for each trial and ten parameters. Safe for concurrent use; holds no state.</para>
/// </remarks>
public sealed class TpeSampler : ISampler
{
    private const double GoodShare = 0.1;
    private const int MaxGood = 25;

    // Chosen by the quality suite and by spaces with shared, nested and independent branches.
    private const double OwedShare = 0.5;
    private const int RecentTrials = 5;

    // BOHB models a budget from d + 2 observations on.
    private const int SpareTrials = 2;

    private const double SmallestRange = 1e-300;
    private const double LargestRange = 1e300;

    private readonly TpeSamplerOptions _options;

    /// <summary>Makes the sampler.</summary>
    /// <param name="options">How it works; null for the defaults.</param>
    /// <exception cref="ArgumentException">Groups are wanted and joint modelling is not.</exception>
    public TpeSampler(TpeSamplerOptions? options = null)
    {
        _options = options ?? new();
        if (_options is { IsGrouped: true, IsMultivariate: false })
            throw new ArgumentException("IsGrouped is true, but IsMultivariate is false, and groups are modelled jointly. Leave one of them out.", nameof(options));
    }

    /// <inheritdoc/>
    public ulong? Seed => _options.Seed;

    /// <inheritdoc/>
    public SearchSpace InferRelativeSpace(StudyHistory history, TrialContext trial)
    {
        ArgumentNullException.ThrowIfNull(history);
        if (!IsJoint(history) || !HasModel(history)) return SearchSpace.Empty;
        if (history.DeclaredSpace is { } declared) return Modelled(declared);
        if (_options.IsGrouped) return Modelled(SearchSpace.Create(GroupedSpace.Of(history).SelectMany(group => group)));
        SearchSpace inferred = SpaceTree.Of(history).Space;
        return Modelled(inferred.IsConditional ? inferred : IntersectionSpace.Of(history, includePruned: true));
    }

    /// <inheritdoc/>
    public ParameterSet SampleRelative(StudyHistory history, TrialContext trial, SearchSpace space)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(space);
        if (BranchFor(history, trial, space) is { } branch) return Propose(history, trial, branch, trial.Random("tpe branch"));
        IReadOnlyList<SearchSpace> groups = GroupsOf(history, space);
        if (groups.Count == 1) return Propose(history, trial, groups[0], trial.Random("tpe joint"));
        var drawn = ParameterSet.Empty;
        foreach (SearchSpace group in groups)
        {
            if (!IsActive(space, group, trial.FixedParameters, drawn)) continue;
            foreach (Parameter parameter in Propose(history, trial, group, trial.Random("tpe joint", group[0].Name)))
            {
                drawn = drawn.With(parameter.Name, parameter.Distribution, parameter.Value);
            }
        }
        return drawn;
    }

    /// <inheritdoc/>
    public double SampleIndependent(StudyHistory history, TrialContext trial, string name, Distribution distribution)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(distribution);
        if (!HasModel(history) || !HasKernels(distribution)) return RandomDraw.Independent(trial, name, distribution);
        return Propose(history, trial, SearchSpace.Create([new(name, distribution)]), trial.Random("tpe", name)).Values[0];
    }

    /// <summary>How many of n trials count as good: a tenth, rounded up, but at most 25 where there is one objective. A front takes more.</summary>
    internal static int DefaultGamma(int count, int objectives)
    {
        int share = (int)Math.Ceiling(GoodShare * count);
        return objectives > 1 ? share : Math.Min(share, MaxGood);
    }

    /// <summary>Several objectives have a whole front of good trials, often in parts that lie apart: a joint density settles on one of them, while single ones combine what is good in all.</summary>
    private bool IsJoint(StudyHistory history) => _options.IsMultivariate ?? (_options.IsGrouped || history.Directions.Count == 1);

    private bool HasModel(StudyHistory history) =>
        history.CountOf(TrialState.Complete) + history.CountOf(TrialState.Pruned) >= Math.Max(1, _options.StartupTrials);

    /// <summary>The parameters that kernels can be fitted to; the others are drawn at random.</summary>
    private static SearchSpace Modelled(SearchSpace space)
    {
        SearchSpace several = space.WithoutSingle();
        return several.All(parameter => HasKernels(parameter.Distribution)) ? several : SearchSpace.Create(several.Where(parameter => HasKernels(parameter.Distribution)));
    }

    /// <summary>Whether kernels have a width that a double can hold, and its reciprocal: not so for nearly all doubles, nor for a few neighbouring ones on a logarithmic scale.</summary>
    private static bool HasKernels(Distribution distribution) =>
        distribution is not FloatDistribution range
        || (range.Log ? Math.Log(range.High) - Math.Log(range.Low) : range.High - range.Low) is >= SmallestRange and <= LargestRange;

    /// <summary>The branch that is to be modelled as a whole; null where the groups of a space are drawn one after another, parents first.</summary>
    /// <remarks>
    /// Groups learn from all trials that have them and soon stay where the best ones are; a model of a branch finds what that branch alone has. While
    /// some branches are hardly known, half of the trials go to these and half are drawn by groups.
    /// </remarks>
    private SpaceBranch? BranchFor(StudyHistory history, TrialContext trial, SearchSpace space)
    {
        if (!space.IsConditional || _options.IsGrouped || history.Directions.Count > 1 || trial.FixedParameters.Any(parameter => space.Contains(parameter.Name))) return null;
        BranchTrials trials = BranchTrials.Of(history, space);
        if (trials.Tree.Branches.Count == 0) return null;
        RandomStream random = trial.Random("tpe choice");
        if (BranchChoice.Owed(history, trials) is { } owed) return random.NextDouble() < OwedShare ? owed : null;
        return BranchChoice.Draw(history, trials, _ => RecentTrials, random);
    }

    private ParameterSet Propose(StudyHistory history, TrialContext trial, SpaceBranch branch, RandomStream random)
    {
        ParameterSet drawn = branch.Fixed;
        if (branch.Space.Count == 0) return drawn;
        foreach (Parameter parameter in Propose(history, trial, branch.Space, random, branch)) drawn = drawn.With(parameter.Name, parameter.Distribution, parameter.Value);
        return drawn;
    }

    private ParameterSet Propose(StudyHistory history, TrialContext trial, SearchSpace space, RandomStream random, SpaceBranch? branch = null)
    {
        TpeView view = TpeView.Of(history);
        lock (view.Gate)
        {
            TpeScope scope = ScopeOf(view, history, trial.Bracket, space.Count, branch);
            TpeRanking ranking = view.RankingOf(scope, history);
            TpeSplit split = ranking.Split(history.Running, _options.HasConstantLiar, count => _options.Gamma?.Invoke(count) ?? DefaultGamma(count, history.Directions.Count));
            // Where all take part, whatever their rung, one model serves all rungs.
            TpeScope part = _options.PrunedTrials == PrunedTrialUse.ByRungAlone ? scope : scope with { Rung = null };
            return view.ModelOf(_options, space, part, history).Propose(ranking, split, random);
        }
    }

    /// <summary>The trials that a trial learns from, and the rung at which they are compared.</summary>
    private TpeScope ScopeOf(TpeView view, StudyHistory history, int? bracket, int parameters, SpaceBranch? branch)
    {
        // Without pruned trials all rules are one.
        bool isByRung = _options.PrunedTrials != PrunedTrialUse.ByStep && history.Directions.Count == 1 && history.CountOf(TrialState.Pruned) > 0;
        if (!_options.StaysInBracket) bracket = null;
        if (bracket is null && !isByRung) return new TpeScope(branch);
        TpeProgress progress = view.ProgressOf(branch, history);
        int enough = parameters + SpareTrials;
        if (bracket is { } own) bracket = progress.BracketFor(own, enough);
        return new TpeScope(branch, bracket, isByRung ? progress.RungFor(bracket, enough, history.Running) : null);
    }

    /// <summary>The parts of a space that are modelled jointly, parents before children.</summary>
    private IReadOnlyList<SearchSpace> GroupsOf(StudyHistory history, SearchSpace space)
    {
        if (space.IsConditional)
        {
            return [.. space.GroupBy(parameter => parameter.Condition).Select(group => SearchSpace.Create(group.Select(parameter => parameter with { Condition = null })))];
        }
        if (!_options.IsGrouped) return [space];
        return [.. GroupedSpace.Of(history).Select(group => SearchSpace.Create(space.Where(parameter => group.Contains(parameter.Name)))).Where(group => group.Count > 0)];
    }

    private static bool IsActive(SearchSpace space, SearchSpace group, ParameterSet given, ParameterSet drawn) =>
        space.IsActive(group[0].Name, name => given.TryGetValue(name, out double value) || drawn.TryGetValue(name, out value) ? value : null);
}
