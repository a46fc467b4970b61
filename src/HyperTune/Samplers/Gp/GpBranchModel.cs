using System.Globalization;
using HyperTune.Numerics;
using HyperTune.Pareto;
using HyperTune.Samplers.Gp.Acquisitions;
using HyperTune.Samplers.Gp.Process;
using HyperTune.Spaces;
using HyperTune.Trials;

namespace HyperTune.Samplers.Gp;

/// <summary>The fitted models of one branch, and the search for the point that promises most in it.</summary>
internal sealed class GpBranchModel
{
    private const int Samples = 16, SamplesOfSeveralObjectives = 4;
    private const int MostCenters = 5;
    private const int ManyDimensions = 10, LeastStall = 3;

    // One of so many proposals looks at the whole space in any case.
    private const int GlobalEvery = 4;

    // Points and deviations of the bound to what a branch may hold.
    private const int BoundPoints = 256;
    private const double Optimism = 2;

    // Below, equal points have equal values, and repeating one is no use.
    private const double NoNoise = 1e-4;

    private readonly TrialContext _trial;
    private readonly GpSamplerOptions _options;
    private readonly GpTrials _all;
    private readonly GpTrials _trials;
    private readonly GpLosses _losses;
    private readonly GpModels _models;
    private readonly double[][] _smoothed;
    private readonly int[] _front;
    private double[]? _found;
    private double _promise;

    /// <param name="trial">The trial that is being proposed.</param>
    /// <param name="branch">The branch.</param>
    /// <param name="options">How the sampler works.</param>
    /// <param name="all">All trials of the branch.</param>
    /// <param name="trials">Those that the models were fitted to.</param>
    /// <param name="losses">Their losses.</param>
    /// <param name="models">The models.</param>
    public GpBranchModel(TrialContext trial, GpBranch branch, GpSamplerOptions options, GpTrials all, GpTrials trials, GpLosses losses, GpModels models)
    {
        _trial = trial;
        Branch = branch;
        _options = options;
        _all = all;
        _trials = trials;
        _losses = losses;
        _models = models;
        _smoothed = [.. models.All.Take(models.Objectives).Select((model, k) => options.IsDeterministic ? models.Losses[k] : model.SmoothedLosses(models.Losses[k]))];
        _front = models.Objectives == 1 || !HasFeasible ? [trials.BestOf(_smoothed[0])] : Front();
    }

    /// <summary>The branch.</summary>
    public GpBranch Branch { get; }

    /// <summary>The number of objectives.</summary>
    public int Objectives => _models.Objectives;

    /// <summary>Whether a trial holds all constraints, those that are modelled.</summary>
    public bool HasFeasible => _models.Thresholds.Length == 0 || Enumerable.Range(0, _trials.Count).Any(_trials.IsFeasible);

    /// <summary>The losses of the best trials on the common scale.</summary>
    public IEnumerable<double> BestLosses(int objective) => _front.Select(i => _losses.ToCommon(objective, _smoothed[objective][i]));

    /// <summary>All losses on the common scale, row-major [trials, objectives].</summary>
    public IEnumerable<double> AllLosses() => Enumerable.Range(0, _trials.Count).SelectMany(i => _smoothed.Select((losses, k) => _losses.ToCommon(k, losses[i])));

    /// <summary>The best loss on the common scale; infinite while nothing in the branch is feasible.</summary>
    public double Best => HasFeasible ? BestLosses(0).Min() : double.PositiveInfinity;

    /// <summary>How much less than the best loss of all branches this one may hold, with some optimism, on the common scale.</summary>
    public double Potential(GpIncumbents incumbents)
    {
        int d = Branch.Space.Dimensions.Length;
        RandomStream random = Stream("gp potential");
        var sobol = new SobolSequence(random.NextUInt64());
        var points = new double[BoundPoints * d];
        for (int i = 0; i < BoundPoints; i++)
        {
            for (int j = 0; j < d; j++) points[(i * d) + j] = Branch.Space.Dimensions[j].FromUniform(j < sobol.Dimensions ? sobol.At(j, i) : random.NextDouble(), 0, 1);
        }
        var means = new double[BoundPoints];
        var variances = new double[BoundPoints];
        _models.All[0].Predict(points, means, variances);
        double bound = double.PositiveInfinity;
        for (int i = 0; i < BoundPoints; i++) bound = Math.Min(bound, means[i] - (Optimism * Math.Sqrt(variances[i])));
        return incumbents.Losses[0][0] - _losses.ToCommon(0, bound);
    }

    /// <summary>The logarithm of what the most promising point promises, on the common scale.</summary>
    public double Promise(GpIncumbents incumbents)
    {
        _found ??= Search(incumbents, out _promise);
        return _promise + (incumbents.IsFeasible ? _losses.LogUnit : 0);
    }

    /// <summary>The point that promises most.</summary>
    public double[] Search(GpIncumbents incumbents) => _found ??= Search(incumbents, out _promise);

    private double[] Search(GpIncumbents incumbents, out double value)
    {
        Acquisition acquisition = incumbents.IsFeasible ? Acquire(incumbents) : Feasibility();
        SearchRegion region = Region();
        double least = _models.All.Take(Objectives).Max(model => model.Parameters.Noise);
        HashSet<SpacePoint>? tried = Branch.Space.Size is { } size && (least < NoNoise || HasEqualRepeats()) ? Tried(size) : null;
        RandomStream random = Stream("gp search");
        double[] weights = _models.All[0].Parameters.Weights;
        double[] found = new AcquisitionSearch(Branch.Space.Dimensions, acquisition, weights, region, tried, random).Run(out value);
        // Of a finite space the trusted part may be exhausted.
        if (double.IsNegativeInfinity(value) && region.IsLocal)
            found = new AcquisitionSearch(Branch.Space.Dimensions, acquisition, weights, Pinned(SearchRegion.Whole(region.Centers)), tried, random).Run(out value);
        return found;
    }

    private RandomStream Stream(string purpose) => _trial.Random(purpose, Branch.Index == 0 ? null : Branch.Index.ToString(CultureInfo.InvariantCulture));

    /// <summary>Improvement, of the loss or of the hypervolume.</summary>
    private Acquisition Acquire(GpIncumbents incumbents)
    {
        int running = _trials.Running.Count, samples = running == 0 ? 1 : Objectives == 1 ? Samples : SamplesOfSeveralObjectives;
        double[][] fantasies = Fantasize(running, samples);
        var constraints = new Constraints(Objectives, _models.Thresholds);
        if (Objectives == 1)
        {
            // The branch is to improve on its own best: against a much better one only far away, unknown points would count.
            double best = HasFeasible ? _smoothed[0][_front[0]] : _losses.ToBranch(0, incumbents.Losses[0][0]);
            var thresholds = new double[samples];
            for (int s = 0; s < samples; s++)
            {
                thresholds[s] = best;
                for (int i = s * running; i < (s + 1) * running; i++)
                {
                    if (constraints.Holds(fantasies, i)) thresholds[s] = Math.Min(thresholds[s], fantasies[0][i]);
                }
            }
            return new Acquisition(_models.All, new ImprovementUtility(thresholds, samples, constraints));
        }
        double[] reference = [.. incumbents.Reference.Select((loss, k) => _losses.ToBranch(k, loss))];
        var boxes = new BoxDecomposition[samples];
        for (int s = 0; s < samples; s++)
        {
            List<double> losses = [.. Enumerable.Range(0, incumbents.Losses[0].Length).SelectMany(i => incumbents.Losses.Select((own, k) => _losses.ToBranch(k, own[i])))];
            for (int i = s * running; i < (s + 1) * running; i++)
            {
                if (constraints.Holds(fantasies, i)) losses.AddRange(fantasies.Take(Objectives).Select(own => own[i]));
            }
            boxes[s] = new BoxDecomposition(losses.ToArray(), reference);
        }
        return new Acquisition(_models.All, new HypervolumeUtility(boxes, constraints));
    }

    /// <summary>While nothing is feasible, the probability of feasibility alone.</summary>
    private Acquisition Feasibility()
    {
        int samples = _trials.Running.Count == 0 ? 1 : Samples;
        Fantasize(_trials.Running.Count, samples);
        GaussianProcess[] used = [_models.All[0], .. _models.All.Skip(Objectives)];
        return new Acquisition(used, new ImprovementUtility([], samples, new Constraints(1, _models.Thresholds)));
    }

    private double[][] Fantasize(int running, int samples)
    {
        var losses = new double[_models.All.Length][];
        RandomStream random = _trial.Random("gp fantasies");
        for (int i = 0; i < losses.Length; i++)
        {
            losses[i] = new double[samples * running];
            if (running == 0) continue;
            var normals = new double[losses[i].Length];
            for (int k = 0; k < normals.Length; k++) normals[k] = random.NextNormal();
            _models.All[i].Fantasize(normals, samples, losses[i]);
        }
        return losses;
    }

    /// <summary>The feasible trials that no other one dominates.</summary>
    private int[] Front()
    {
        int[] feasible = [.. Enumerable.Range(0, _trials.Count).Where(_trials.IsFeasible)];
        var ranks = new int[feasible.Length];
        NonDominatedSort.Rank([.. feasible.SelectMany(i => _smoothed.Select(own => own[i]))], Objectives, ranks, needed: 1);
        return [.. feasible.Where((_, place) => ranks[place] == 0)];
    }

    private SearchRegion Region()
    {
        int d = Branch.Space.Dimensions.Length;
        RandomStream random = _trial.Random("gp centers");
        int[] chosen = [.. _front];
        for (int i = 0; i < Math.Min(MostCenters, chosen.Length - 1); i++)
        {
            int other = i + random.NextInt(chosen.Length - i);
            (chosen[i], chosen[other]) = (chosen[other], chosen[i]);
        }
        var region = SearchRegion.Whole([.. chosen.Take(MostCenters).Select(i => (double[])[.. _trials.Points[i]])]);
        if (Objectives == 1 && _options.HasTrustRegion && _trial.Number % GlobalEvery != 0)
        {
            bool[] isFeasible = [.. Enumerable.Range(0, _all.Count).Select(_all.IsFeasible)];
            var trust = TrustRegion.Follow(_all.Losses[0], isFeasible, Branch.Startup(_options), d);
            if (d > ManyDimensions || trust.Stalled >= Math.Max(LeastStall, d / 2))
            {
                trust.Bounds(region.Centers[0], _models.All[0].Parameters.Weights, Branch.Space.IsCategorical, region.Lower, region.Upper);
                region = region with { IsLocal = true };
            }
        }
        return Pinned(region);
    }

    /// <summary>The region with what the trial must take.</summary>
    private SearchRegion Pinned(SearchRegion region)
    {
        for (int j = 0; j < Branch.Space.Dimensions.Length; j++)
        {
            if (Branch.Space.Given(j, _trial.FixedParameters) is { } place) region.Pin(j, place);
        }
        return region;
    }

    /// <summary>Whether points were evaluated more than once and gave the same losses each time: the model may take for noise what it cannot follow.</summary>
    private bool HasEqualRepeats()
    {
        var first = new Dictionary<SpacePoint, int>();
        bool hasRepeats = false;
        for (int i = 0; i < _all.Count; i++)
        {
            var point = new SpacePoint(_all.Points[i]);
            if (first.TryAdd(point, i)) continue;
            hasRepeats = true;
            if (!Array.TrueForAll(_all.Losses, losses => losses[i] == losses[first[point]])) return false;
        }
        return hasRepeats;
    }

    private HashSet<SpacePoint>? Tried(double size)
    {
        HashSet<SpacePoint> tried = [.. _all.Tried.Select(point => new SpacePoint(point))];
        return tried.Count < size ? tried : null;
    }
}
