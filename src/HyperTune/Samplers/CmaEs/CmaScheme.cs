using System.Globalization;
using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Pareto;
using HyperTune.Samplers.Generations;
using HyperTune.Spaces;

namespace HyperTune.Samplers.CmaEs;

/// <summary>How CMA-ES learns from generations.</summary>
/// <param name="Options">The sampler's options.</param>
/// <param name="SearchSpace">The space, without conditions.</param>
/// <param name="Branch">The branch whose space it is, where the whole space has conditions.</param>
internal sealed record CmaScheme(CmaEsSamplerOptions Options, SearchSpace SearchSpace, SpaceBranch? Branch = null) : GenerationScheme<CmaRun>
{
    /// <summary>The attribute of a trial that holds the coordinates that it was drawn at, where its values do not tell.</summary>
    public const string CoordinatesKey = "hypertune:cma:x";

    private const ulong FnvOffset = 0xCBF29CE484222325;
    private const ulong FnvPrime = 0x100000001B3;
    private const double WarmShare = 0.1;
    private const double WarmWidth = 0.1;
    private const double SmallestWarmSigma = 0.02;
    private const double LargestWarmSigma = 0.2;

    private string? _name;
    private CmaRun? _start;

    public override string Name => _name ??= $"cma-{Fingerprint():x16}";

    // Trials drawn by other options, or from another space, are no members.
    public override string NoteKey => $"hypertune:{Name}:generation";

    public bool Equals(CmaScheme? other) => other is not null && Options == other.Options && SearchSpace.Equals(other.SearchSpace) && Equals(Branch, other.Branch);

    public override int GetHashCode() => HashCode.Combine(Options, SearchSpace, Branch);

    /// <summary>The trials of a generation before the first restart.</summary>
    public static int FirstSize(CmaEsSamplerOptions options, SearchSpace space) => options.PopulationSize ?? Math.Max(4, CmaConstants.DefaultPopulationSize(space.Count));

    public override CmaRun Start() => _start ??= MakeStart();

    public override int SizeOf(CmaRun state) => state.Plan.Size;

    public override bool IsUsable(StudyHistory history, int row) =>
        (history.States[row] == TrialState.Complete || (Options.UsesPrunedTrials && history.States[row] == TrialState.Pruned && history[row].IntermediateValues.Count > 0))
        && Holds(Start().Space, history[row].Parameters);

    public override CmaRun Fold(CmaRun state, in ClosedGeneration generation)
    {
        CmaGeneration told = CmaGeneration.Of(state, generation);
        if (told.Count < 2) return state;
        CmaRun next = Update(state, told);
        if (Options.Restarts == CmaEsRestarts.None || !next.Numeric.IsOver()) return next;
        // A stream that every process has alike.
        RandomStream random = RandomStream.Create(Fingerprint(), generation.Index, "cma restart");
        var mean = new double[state.Space.Dimension];
        random.Fill(mean);
        RestartPlan plan = next.Plan.Next(next.Evaluations, random.NextDouble());
        return Begin(state.Space, plan, CmaState.Start(Constants(state.Space, plan.Size), mean, Options.InitialSigma, Identity(state.Space.Dimension)));
    }

    private CmaRun Update(CmaRun state, CmaGeneration told)
    {
        CmaConstants constants = Constants(state.Space, told.Count);
        CmaState numeric = state.Numeric.Told(told.Points, told.Ranking, told.Best, told.Worst, constants);
        LearningRates? rates = state.Rates;
        if (rates is not null) (numeric, rates) = rates.Apply(state.Numeric, numeric);
        double[] scales = state.Scales;
        if (state.Grid is not null)
        {
            (double[] mean, scales) = state.Grid.Correct(numeric, scales);
            numeric = numeric.With(mean: mean);
        }
        return state with
        {
            Numeric = numeric,
            Rates = rates,
            Scales = scales,
            Categorical = state.Categorical?.Told(told.Choices, told.Ranking, constants.Weights),
            Evaluations = state.Evaluations + told.Count,
            BestRow = Options.InjectsBest ? told.BestRow : null,
        };
    }

    private CmaRun MakeStart()
    {
        var space = new CmaSpace(SearchSpace, Options.HasMargin);
        int d = space.Dimension;
        int size = FirstSize(Options, SearchSpace);
        var plan = new RestartPlan(Options.Restarts, size);
        if (Options.WarmStart is { } source && FromSource(space, source) is { } warm)
        {
            (double[] warmMean, double sigma, FullCovariance shape) = warm;
            return Begin(space, plan, CmaState.Start(Constants(space, size), warmMean, Math.Clamp(sigma, SmallestWarmSigma, LargestWarmSigma), IsDiagonal(d) ? Diagonal(shape) : shape));
        }
        var mean = new double[d];
        for (int i = 0; i < d; i++)
        {
            mean[i] = 0.5;
            if (!Options.InitialMean.TryGetValue(space.NameOf(i), out double value)) continue;
            mean[i] = Math.Clamp(space.ToCoordinate(i, value), 0, 1);
        }
        return Begin(space, plan, CmaState.Start(Constants(space, size), mean, Options.InitialSigma, Identity(d)));
    }

    private CmaRun Begin(CmaSpace space, RestartPlan plan, CmaState numeric)
    {
        var scales = new double[space.Dimension];
        Array.Fill(scales, 1);
        return new CmaRun
        {
            Space = space,
            Numeric = numeric,
            Scales = scales,
            Grid = space.IsDiscrete ? space.Grid(MarginGrid.DefaultMargin(space.Dimension, plan.Size)) : null,
            Rates = Options.AdaptsLearningRates ? LearningRates.Start(space.Dimension) : null,
            Categorical = space.Choices.Length > 0 ? CategoricalModel.Start(space.Choices) : null,
            Plan = plan,
        };
    }

    /// <summary>What the best trials of another study tell; null if it hardly knows the branch.</summary>
    private (double[] Mean, double Sigma, FullCovariance Covariance)? FromSource(CmaSpace space, StudyHistory source)
    {
        if (source.Directions.Count != 1)
            throw new InvalidOperationException($"The warm start is a study of {source.Directions.Count} objectives, but CMA-ES learns from one. Give a study with one objective.");
        int d = space.Dimension;
        var points = new List<double>();
        var losses = new List<double>();
        var point = new double[d];
        for (int row = 0; row < source.Count; row++)
        {
            if (source.States[row] != TrialState.Complete || source.Violations[row] > 0 || !Holds(space, source[row].Parameters)) continue;
            space.ToCoordinates(source[row].Parameters, point);
            points.AddRange(point);
            losses.Add(source.Directions[0].ToLoss(source.Values(0)[row]));
        }
        if (losses.Count * WarmShare < 1)
        {
            if (Branch is not null) return null;
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"The warm start has {losses.Count} complete trials with all parameters inside the search space, but its best tenth has to be one or more. Give a history of at least {1 / WarmShare}."));
        }
        return CmaEs.WarmStart.Of(points.ToArray(), d, losses.ToArray(), WarmShare, WarmWidth);
    }

    /// <summary>Whether a trial lies in the branch, or in the whole space where that is flat.</summary>
    private bool Holds(CmaSpace space, ParameterSet parameters) => Branch?.Holds(parameters) ?? space.Holds(parameters);

    private bool IsDiagonal(int dimension) => Options.IsSeparable && dimension > 1;

    private Covariance Identity(int dimension) => IsDiagonal(dimension) ? DiagonalCovariance.Identity(dimension) : FullCovariance.Identity(dimension);

    private static DiagonalCovariance Diagonal(FullCovariance shape) => new([.. Enumerable.Range(0, shape.Dimension).Select(i => shape[i, i])]);

    private CmaConstants Constants(CmaSpace space, int size)
    {
        int d = space.Dimension;
        return IsDiagonal(d) ? CmaConstants.Diagonal(d, size) : space.Choices.Length > 0 ? CmaConstants.Positive(d, size) : CmaConstants.Full(d, size);
    }

    /// <summary>A hash of all that the state depends on besides the trials: the same in every process, now and in later versions.</summary>
    private ulong Fingerprint()
    {
        ulong hash = FnvOffset;
        foreach (SearchSpaceParameter parameter in SearchSpace)
        {
            Add(parameter.Name);
            Add(parameter.Distribution.ToJson());
            foreach (double value in Branch?.AllowedOf(parameter.Name) ?? []) Add(value.ToString("R", CultureInfo.InvariantCulture));
        }
        foreach (Parameter parameter in Branch?.Fixed ?? ParameterSet.Empty)
        {
            Add(parameter.Name);
            Add(parameter.Distribution.ToJson());
            Add(parameter.Value.ToString("R", CultureInfo.InvariantCulture));
        }
        Add(string.Create(
            CultureInfo.InvariantCulture,
            $"{Options.PopulationSize} {Options.InitialSigma:R} {Options.IsSeparable} {Options.AdaptsLearningRates} {Options.HasMargin} {Options.Restarts} {Options.InjectsBest} {Options.UsesPrunedTrials}"));
        CmaState start = Start().Numeric;
        foreach (double coordinate in start.Mean) Add(coordinate.ToString("R", CultureInfo.InvariantCulture));
        Add(start.Sigma.ToString("R", CultureInfo.InvariantCulture));
        return hash;

        void Add(string text)
        {
            foreach (char letter in text) hash = (hash ^ letter) * FnvPrime;
            hash = (hash ^ '\n') * FnvPrime;
        }
    }
}
