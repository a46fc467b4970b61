using HyperTune.History;
using HyperTune.Pareto;
using HyperTune.Samplers.Gp;
using HyperTune.Spaces;
using HyperTune.Termination;

namespace HyperTune;

/// <summary>Stops a study when what is left to gain, as far as a Gaussian process can tell, is no more than the uncertainty of the best value itself.</summary>
/// <remarks>
/// <para>A model of the better half of the trials gives an upper bound of the best trial's true value and a lower bound of the best value anywhere in the space; their difference bounds the regret of
/// stopping now. Choose it where trials are costly and scores come from cross-validation: improvements below the error of the score would only fit the folds. Not for jumpy
/// objectives, which the model does not describe, nor for many parameters: in six dimensions the bound asks for several times the trials that a sampler needs, see the page on termination.</para>
/// <para>The uncertainty is <see cref="RegretBoundTerminatorOptions.Tolerance"/> if given; else √((1/k + 1/(k-1)) s²) of the best trial's k fold scores with variance s², which allows for training sets that overlap;
/// else the standard error that the trial reported. Without any of them the study goes on.</para>
/// <para>Only parameters that the Gaussian process sampler would model count; each branch of a conditional space has a model of its own. Constraints are not modelled: infeasible trials are left out.</para>
/// <para>Sources: A. Makarova et al., "Automatic Termination for Hyperparameter Optimization", 2022, equations 5 and 6 (the bound and the error); N. Srinivas et al., "Gaussian Process Optimization in the Bandit
/// Setting", 2010 (β, a fifth of its theoretical value); C. Nadeau, Y. Bengio, "Inference for the Generalization Error", 2003 (the error of cross-validation). Deviations: the lowest bound is looked
/// for by gradient rather than among given points, which makes it lower and stops later; the model has the better half of the trials, at least twenty and at most two hundred, as in Optuna.</para>
/// <para>A decision that fits costs time in proportion to the third power of the trials in the model; <see cref="RegretBoundTerminatorOptions.Interval"/> spaces them. Safe for concurrent use.</para>
/// </remarks>
public sealed class RegretBoundTerminator : ITerminator
{
    private const int LeastTrained = 20, MostTrained = 200;

    private readonly RegretBoundTerminatorOptions _options;

    /// <summary>Makes the terminator.</summary>
    /// <param name="options">How it works; null for the defaults.</param>
    public RegretBoundTerminator(RegretBoundTerminatorOptions? options = null) => _options = options ?? new();

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The study has several objectives.</exception>
    public TerminationDecision ShouldStop(StudyHistory history)
    {
        if (Guard.NotNull(history).Directions.Count > 1)
            throw new InvalidOperationException($"The study '{history.Study.Name}' has {history.Directions.Count} objectives, but a regret is bounded for one. Use {nameof(StagnationTerminator)}.");
        if (history.CountOf(TrialState.Complete) < _options.StartupTrials) return TerminationDecision.GoOn;
        int[] rows = RowsInOrder(history);
        // By number, up to a multiple of the interval: the same trials in every process, and after a restart.
        int count = rows.Length - (rows.Length % _options.Interval);
        if (count < _options.StartupTrials) return TerminationDecision.GoOn;
        GpView space = GpView.Of(history);
        return history.View<LastLook>(_options, static (_, former) => former ?? new()).Get(rows[..count], space.Tree, looked => Judge(history, space, looked));
    }

    private TerminationDecision Judge(StudyHistory history, GpView space, int[] rows)
    {
        Direction direction = history.Directions[0];
        double[] losses = Array.ConvertAll(rows, row => direction.ToLoss(history.Values(0)[row]));
        int best = 0;
        for (int i = 1; i < losses.Length; i++)
        {
            if (losses[i] < losses[best]) best = i;
        }
        TrialRecord incumbent = history[rows[best]];
        if ((_options.Tolerance ?? ScoreError.Of(incumbent)) is not { } error)
            return TerminationDecision.GoOnBecause($"how uncertain the best trial {incumbent.Number} is, is not known: report fold scores or a standard error, or set Tolerance");

        var upper = double.PositiveInfinity;
        var lower = double.PositiveInfinity;
        var models = new List<(GpBranch Branch, double[][] Points, double[] Losses)>();
        foreach (GpBranch branch in space.Branches)
        {
            if (branch.Space.Space.Count == 0) continue;
            models.Add(Better(history, branch, rows, losses));
            if (models[^1].Losses.Length < 2) return TerminationDecision.GoOnBecause("a branch of the space has too few trials to bound what it holds");
        }
        if (models.Count == 0) return TerminationDecision.GoOnBecause("no parameter can be modelled");
        double[] scaled = [.. models.SelectMany(model => model.Losses)];
        if (!LossScale.TryStandardize(scaled, out _, out double deviation)) deviation = 0;
        int start = 0;
        foreach ((GpBranch branch, double[][] points, double[] own) in models)
        {
            (double ofBest, double ofSpace) = RegretBound.Of(branch.Space, points, scaled.AsSpan(start, own.Length), rows.Length);
            upper = Math.Min(upper, ofBest);
            lower = Math.Min(lower, ofSpace);
            start += own.Length;
        }
        double regret = Math.Max(0, upper - lower) * deviation;
        string shown = $"the bound {Shown.Number(regret)} of what is left to gain after {Shown.Count(rows.Length, "trial")}";
        return regret <= error
            ? TerminationDecision.Because($"{shown} is within the {(_options.Tolerance is null ? "error" : "tolerance")} {Shown.Number(error)} of the best value")
            : TerminationDecision.GoOnBecause($"{shown} is above {Shown.Number(error)}");
    }

    /// <summary>The rows of complete and feasible trials with finite values, in order of number.</summary>
    private static int[] RowsInOrder(StudyHistory history)
    {
        var rows = new List<int>(history.Count);
        for (int row = 0; row < history.Count; row++)
        {
            if (history.States[row] == TrialState.Complete && history.Violations[row] <= 0 && double.IsFinite(history.Values(0)[row])) rows.Add(row);
        }
        rows.Sort((a, b) => history.Numbers[a].CompareTo(history.Numbers[b]));
        return [.. rows];
    }

    /// <summary>The better half of a branch's trials, in order of number.</summary>
    private static (GpBranch Branch, double[][] Points, double[] Losses) Better(StudyHistory history, GpBranch branch, int[] rows, double[] losses)
    {
        var points = new List<double[]>();
        var own = new List<double>();
        for (int i = 0; i < rows.Length; i++)
        {
            if (branch.PointOf(history[rows[i]].Parameters) is not { } point) continue;
            points.Add(point);
            own.Add(losses[i]);
        }
        int count = Math.Min(own.Count, Math.Clamp(own.Count / 2, LeastTrained, MostTrained));
        // OrderBy keeps equal ones in order of number.
        int[] chosen = [.. Enumerable.Range(0, own.Count).OrderBy(i => own[i]).Take(count).Order()];
        return (branch, Array.ConvertAll(chosen, i => points[i]), Array.ConvertAll(chosen, i => own[i]));
    }

    /// <summary>What the last look at a study gave, so that trials between two looks cost none.</summary>
    private sealed class LastLook
    {
        private readonly Lock _gate = new();
        private int[] _rows = [];
        private SpaceTree? _tree;
        private TerminationDecision _decision;

        public TerminationDecision Get(int[] rows, SpaceTree tree, Func<int[], TerminationDecision> judge)
        {
            lock (_gate)
            {
                if (ReferenceEquals(tree, _tree) && rows.AsSpan().SequenceEqual(_rows)) return _decision;
                _decision = judge(rows);
                (_rows, _tree) = (rows, tree);
                return _decision;
            }
        }
    }
}
