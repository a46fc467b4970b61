using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Pareto;
using HyperTune.Samplers.Gp.Acquisitions;
using HyperTune.Samplers.Gp.Process;
using HyperTune.Spaces;
using HyperTune.Trials;

namespace HyperTune.Samplers.Gp;

/// <summary>Makes the proposal for one trial: fit, acquisition, search.</summary>
/// <param name="history">What is known.</param>
/// <param name="trial">The trial.</param>
/// <param name="space">The modelled space.</param>
/// <param name="options">How the sampler works.</param>
/// <param name="startup">The trials before the model.</param>
internal sealed class GpProposal(StudyHistory history, TrialContext trial, GpSpace space, GpSamplerOptions options, int startup)
{
    private const int Samples = 16, SamplesOfSeveralObjectives = 4;
    private const int MostCenters = 5;
    private const int ManyDimensions = 10, LeastStall = 3;

    // One of so many proposals looks at the whole space in any case.
    private const int GlobalEvery = 4;

    // How far beyond the front's worst values volume counts, in parts of its extent, and at least.
    private const double NearFront = 0.1, LeastBeyond = 1e-3;

    // Below, equal points have equal values, and repeating one is no use.
    private const double NoNoise = 1e-4;

    /// <summary>The proposed point, or null when the trials tell nothing.</summary>
    public double[]? Make()
    {
        var all = GpTrials.Of(history, space, trial.Number);
        if (all.Count < 2) return null;
        bool[] isCategorical = [.. space.Dimensions.Select(dimension => dimension.IsCategorical)];
        GpTrials trials = all.Count <= options.TrainingTrials
            ? all
            : all.Only(TrainingSubset.Choose(all.Points, all.Losses, isCategorical, all.BestOf(all.Losses[0]), options.TrainingTrials));
        if (GpModels.Fit(history, trial, space, options, all, trials) is not { } models) return null;
        GaussianProcess first = models.All[0];
        double[][] smoothed = [.. models.All.Take(models.Objectives).Select((model, k) => options.IsDeterministic ? models.Losses[k] : model.SmoothedLosses(models.Losses[k]))];
        bool isFeasible = models.Thresholds.Length == 0 || Enumerable.Range(0, trials.Count).Any(trials.IsFeasible);
        int[] front = models.Objectives == 1 || !isFeasible ? [trials.BestOf(smoothed[0])] : Front(trials, smoothed);
        Acquisition acquisition = isFeasible ? Acquire(models, trials, smoothed, front) : Feasibility(models, trials);
        SearchRegion region = Region(all, trials, models, front, isCategorical);
        double least = models.All.Take(models.Objectives).Max(model => model.Parameters.Noise);
        HashSet<SpacePoint>? tried = space.Size is { } size && (least < NoNoise || HasEqualRepeats(all)) ? Tried(all, size) : null;
        RandomStream random = trial.Random("gp search");
        double[] found = new AcquisitionSearch(space.Dimensions, acquisition, first.Parameters.Weights, region, tried, random).Run(out double value);
        // Of a finite space the trusted part may be exhausted.
        if (double.IsNegativeInfinity(value) && region.IsLocal)
            found = new AcquisitionSearch(space.Dimensions, acquisition, first.Parameters.Weights, Pinned(SearchRegion.Whole(region.Centers)), tried, random).Run(out _);
        return found;
    }

    /// <summary>Improvement, of the loss or of the hypervolume.</summary>
    private Acquisition Acquire(GpModels models, GpTrials trials, double[][] smoothed, int[] front)
    {
        int samples = trials.Running.Count == 0 ? 1 : models.Objectives == 1 ? Samples : SamplesOfSeveralObjectives;
        double[][] fantasies = Fantasize(models, trials.Running.Count, samples);
        var constraints = new Constraints(models.Objectives, models.Thresholds);
        int running = trials.Running.Count;
        if (models.Objectives == 1)
        {
            double best = smoothed[0][front[0]];
            var thresholds = new double[samples];
            for (int s = 0; s < samples; s++)
            {
                thresholds[s] = best;
                for (int i = s * running; i < (s + 1) * running; i++)
                {
                    if (constraints.Holds(fantasies, i)) thresholds[s] = Math.Min(thresholds[s], fantasies[0][i]);
                }
            }
            return new Acquisition(models.All, new ImprovementUtility(thresholds, samples, constraints));
        }
        double[] reference = Reference(trials, smoothed, front);
        var boxes = new BoxDecomposition[samples];
        for (int s = 0; s < samples; s++)
        {
            List<double> losses = [.. front.SelectMany(i => smoothed.Select(own => own[i]))];
            for (int i = s * running; i < (s + 1) * running; i++)
            {
                if (constraints.Holds(fantasies, i)) losses.AddRange(fantasies.Take(models.Objectives).Select(own => own[i]));
            }
            boxes[s] = new BoxDecomposition(losses.ToArray(), reference);
        }
        return new Acquisition(models.All, new HypervolumeUtility(boxes, constraints));
    }

    /// <summary>The point up to which volume counts. By turns one beyond the worst trials, so that the ends of the front are found, and one near the front, so that its middle is filled.</summary>
    private double[] Reference(GpTrials trials, double[][] smoothed, int[] front)
    {
        if (trial.Number % 2 == 0) return ReferencePoint.Of([.. Enumerable.Range(0, trials.Count).SelectMany(i => smoothed.Select(losses => losses[i]))], smoothed.Length);
        return [.. smoothed.Select(losses =>
        {
            double nadir = front.Max(i => losses[i]);
            return nadir + (NearFront * (nadir - front.Min(i => losses[i]))) + LeastBeyond;
        })];
    }

    /// <summary>While nothing is feasible, the probability of feasibility alone.</summary>
    private Acquisition Feasibility(GpModels models, GpTrials trials)
    {
        int samples = trials.Running.Count == 0 ? 1 : Samples;
        Fantasize(models, trials.Running.Count, samples);
        GaussianProcess[] used = [models.All[0], .. models.All.Skip(models.Objectives)];
        return new Acquisition(used, new ImprovementUtility([], samples, new Constraints(1, models.Thresholds)));
    }

    private double[][] Fantasize(GpModels models, int running, int samples)
    {
        var losses = new double[models.All.Length][];
        RandomStream random = trial.Random("gp fantasies");
        for (int i = 0; i < losses.Length; i++)
        {
            losses[i] = new double[samples * running];
            if (running == 0) continue;
            var normals = new double[losses[i].Length];
            for (int k = 0; k < normals.Length; k++) normals[k] = random.NextNormal();
            models.All[i].Fantasize(normals, samples, losses[i]);
        }
        return losses;
    }

    /// <summary>The feasible trials that no other one dominates.</summary>
    private static int[] Front(GpTrials trials, double[][] losses)
    {
        int[] feasible = [.. Enumerable.Range(0, trials.Count).Where(trials.IsFeasible)];
        var ranks = new int[feasible.Length];
        NonDominatedSort.Rank([.. feasible.SelectMany(i => losses.Select(own => own[i]))], losses.Length, ranks, needed: 1);
        return [.. feasible.Where((_, place) => ranks[place] == 0)];
    }

    private SearchRegion Region(GpTrials all, GpTrials trials, GpModels models, int[] front, bool[] isCategorical)
    {
        int d = space.Dimensions.Length;
        RandomStream random = trial.Random("gp centers");
        int[] chosen = [.. front];
        for (int i = 0; i < Math.Min(MostCenters, chosen.Length - 1); i++)
        {
            int other = i + random.NextInt(chosen.Length - i);
            (chosen[i], chosen[other]) = (chosen[other], chosen[i]);
        }
        var region = SearchRegion.Whole([.. chosen.Take(MostCenters).Select(i => (double[])[.. trials.Points[i]])]);
        if (models.Objectives == 1 && options.HasTrustRegion && trial.Number % GlobalEvery != 0)
        {
            bool[] isFeasible = [.. Enumerable.Range(0, all.Count).Select(all.IsFeasible)];
            var trust = TrustRegion.Follow(all.Losses[0], isFeasible, startup, d);
            if (d > ManyDimensions || trust.Stalled >= Math.Max(LeastStall, d / 2))
            {
                trust.Bounds(region.Centers[0], models.All[0].Parameters.Weights, isCategorical, region.Lower, region.Upper);
                region = region with { IsLocal = true };
            }
        }
        return Pinned(region);
    }

    /// <summary>The region with what the trial must take.</summary>
    private SearchRegion Pinned(SearchRegion region)
    {
        for (int j = 0; j < space.Dimensions.Length; j++)
        {
            int given = trial.FixedParameters.IndexOf(space.Space[j].Name);
            if (given < 0) continue;
            Parameter parameter = trial.FixedParameters[given];
            if (space.Takes(j, parameter.Distribution, parameter.Value)) region.Pin(j, space.Encode(j, parameter.Value));
        }
        return region;
    }

    /// <summary>Whether points were evaluated more than once and gave the same losses each time: the model may take for noise what it cannot follow.</summary>
    private static bool HasEqualRepeats(GpTrials trials)
    {
        var first = new Dictionary<SpacePoint, int>();
        bool hasRepeats = false;
        for (int i = 0; i < trials.Count; i++)
        {
            if (first.TryAdd(new SpacePoint(trials.Points[i]), i)) continue;
            int former = first[new SpacePoint(trials.Points[i])];
            hasRepeats = true;
            if (!Array.TrueForAll(trials.Losses, losses => losses[i] == losses[former])) return false;
        }
        return hasRepeats;
    }

    private static HashSet<SpacePoint>? Tried(GpTrials all, double size)
    {
        HashSet<SpacePoint> tried = [.. all.Points.Concat(all.Unvalued).Concat(all.Running).Select(point => new SpacePoint(point))];
        return tried.Count < size ? tried : null;
    }
}
