using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Trials;

namespace HyperTune.Samplers.Gp;

/// <summary>Makes the proposal for one trial: the branches' models are fitted, each is searched, and the branch that promises most is taken.</summary>
/// <param name="history">What is known.</param>
/// <param name="trial">The trial.</param>
/// <param name="view">The modelled branches.</param>
/// <param name="options">How the sampler works.</param>
internal sealed class GpProposal(StudyHistory history, TrialContext trial, GpView view, GpSamplerOptions options)
{
    // No branch has a smaller part of the trials, unless all together would then have more than the second number.
    private const double LeastShare = 0.05, LeastShareOfAll = 0.25;

    // Deviations of the losses. What a branch could gain beyond is too little to tell it from rounding and noise.
    private const double LeastPotential = 0.01;

    // Points of which a branch's next start is the one that lies farthest from all others.
    private const int StartCandidates = 32;

    /// <summary>The proposed parameters, or null when the trials tell nothing.</summary>
    public ParameterSet? Make()
    {
        GpBranch[] branches = [.. view.Branches.Where(branch => branch.Allows(trial.FixedParameters))];
        if (branches.Length == 0) return null;
        GpTrials[] trials = Array.ConvertAll(branches, branch => GpTrials.Of(history, branch, trial.Number, options.AvoidsFailures));
        if (view.Branches.Count > 1 && LeastStarted(branches, trials) is { } start) return Parameters(branches[start], StartPoint(branches[start], trials[start]));
        int[] searched = Searched(branches, trials);
        if (searched.Length == 0) return null;
        branches = [.. searched.Select(i => branches[i])];
        trials = [.. searched.Select(i => trials[i])];
        GpTrials[] used = [.. trials.Select((all, i) => TrainingSubset.Of(all, branches[i].Space.IsCategorical, options.TrainingTrials))];
        if (GpLosses.Of(used, history.Directions.Count, options.WarpsValues) is not { } losses) return null;
        int[] rows = CompleteRows();
        GpBranchModel[] models = new GpBranchModel[branches.Length];
        for (int i = 0; i < models.Length; i++)
        {
            GpModels fitted = GpModels.Fit(history, trial, branches[i], options, rows, trials[i].Count, used[i], losses[i]);
            models[i] = new GpBranchModel(trial, branches[i], options, trials[i], used[i], losses[i], fitted);
        }
        GpIncumbents incumbents = GpIncumbents.Of(models, trial.Number);
        GpBranchModel chosen = models.Length == 1 ? models[0] : Promising(models, incumbents);
        return Parameters(chosen.Branch, chosen.Search(incumbents));
    }

    /// <summary>One of the branches that may hold something better than the best so far: the first by its own best twice as often as the second, and so on.</summary>
    private GpBranchModel Promising(GpBranchModel[] models, GpIncumbents incumbents)
    {
        if (history.Directions.Count > 1 || !incumbents.IsFeasible) return models.MaxBy(model => model.Promise(incumbents))!;
        GpBranchModel[] open = [.. models.Where(model => model.Potential(incumbents) > LeastPotential).OrderBy(model => model.Best)];
        double uniform = trial.Random("gp branch").NextDouble();
        // Nothing is left to gain as far as the models know: then what they know least of is worth a look.
        if (open.Length == 0) return models[(int)(uniform * models.Length)];
        double left = uniform * Enumerable.Range(1, open.Length).Sum(rank => 1.0 / rank);
        for (int rank = 1; rank < open.Length; rank++)
        {
            left -= 1.0 / rank;
            if (left < 0) return open[rank - 1];
        }
        return open[^1];
    }

    /// <summary>The branch that lacks most of its first trials; null when all have them.</summary>
    private static int? LeastStarted(GpBranch[] branches, GpTrials[] trials)
    {
        int? least = null;
        double leastPart = 1;
        for (int i = 0; i < branches.Length; i++)
        {
            double part = trials[i].Tried.Count() / (double)branches[i].StartTrials;
            if (part < leastPart) (least, leastPart) = (i, part);
        }
        return least;
    }

    /// <summary>The branches to search: one that has less than its share of the trials, or else all of which something is known.</summary>
    private int[] Searched(GpBranch[] branches, GpTrials[] trials)
    {
        int[] known = [.. Enumerable.Range(0, branches.Length).Where(i => trials[i].Count >= 2 && branches[i].Space.Space.Count > 0)];
        double least = Math.Min(LeastShare, LeastShareOfAll / branches.Length) * (history.Count + history.Running.Count);
        int[] neglected = known.Length < 2 ? [] : [.. known.Where(i => trials[i].Tried.Count() < least)];
        return neglected.Length > 0 ? [neglected.MinBy(i => trials[i].Tried.Count())] : known;
    }

    /// <summary>A point far from all that were tried in the branch.</summary>
    private double[] StartPoint(GpBranch branch, GpTrials trials)
    {
        RandomStream random = trial.Random("gp start");
        int d = branch.Space.Dimensions.Length;
        double[] best = [];
        double farthest = -1;
        for (int i = 0; i < StartCandidates; i++)
        {
            var point = new double[d];
            for (int j = 0; j < d; j++) point[j] = branch.Space.Given(j, trial.FixedParameters) ?? branch.Space.Dimensions[j].FromUniform(random.NextDouble(), 0, 1);
            double distance = trials.Tried.Select(other => branch.Space.SquaredDistance(point, other)).DefaultIfEmpty(double.PositiveInfinity).Min();
            if (distance > farthest) (best, farthest) = (point, distance);
        }
        return best;
    }

    private ParameterSet Parameters(GpBranch branch, double[] point)
    {
        List<Parameter> drawn = [];
        foreach (SearchSpaceParameter parameter in view.Tree.Space)
        {
            int j = branch.Space.Space.IndexOf(parameter.Name);
            if (j >= 0) drawn.Add(new(parameter.Name, parameter.Distribution, branch.Space.Decode(j, point[j])));
            else if (branch.Fixed.TryGetValue(parameter.Name, out double only)) drawn.Add(new(parameter.Name, parameter.Distribution, only));
        }
        return ParameterSet.Of(view.Schemas, drawn);
    }

    private int[] CompleteRows()
    {
        int[] rows = [.. Enumerable.Range(0, history.Count).Where(row => history.States[row] == TrialState.Complete)];
        Array.Sort(Array.ConvertAll(rows, row => history.Numbers[row]), rows);
        return rows;
    }
}
