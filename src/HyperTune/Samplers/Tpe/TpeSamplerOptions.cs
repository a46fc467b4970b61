namespace HyperTune;

/// <summary>Options of <see cref="TpeSampler"/>.</summary>
public sealed record TpeSamplerOptions
{
    /// <summary>The seed; null (the default) lets each study draw one.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Trials drawn at random before the model takes over. 0 or more; 10 by default. Complete and pruned trials count.</summary>
    public int StartupTrials { get; init => field = Guard.AtLeast(value, 0); } = 10;

    /// <summary>Candidates drawn for each proposal, the best of which is taken. 1 or more; 24 by default.</summary>
    public int Candidates { get; init => field = Guard.AtLeast(value, 1); } = 24;

    /// <summary>How many of n complete and pruned trials count as good. Null (the default): a tenth, rounded up, but at most 25 where there is one objective.</summary>
    /// <remarks>A branch of a conditional space counts its own trials, and a rung those that came to it (<see cref="PrunedTrials"/>).</remarks>
    public Func<int, int>? Gamma { get; init; }

    /// <summary>The weights of n trials on either side, the oldest first; none negative, not all 0. Null (the default): the newest 25 weigh 1, older ones less and less, down to 1/n.</summary>
    public Func<int, IReadOnlyList<double>>? Weights { get; init; }

    /// <summary>How the good trials of a study with several objectives are weighed. Null (the default): by <see cref="Weights"/> if that is given, else uniformly. Without effect where there is one objective.</summary>
    public TpeGoodWeights? GoodWeights { get; init => field = value is { } weights ? Guard.Defined(weights, nameof(GoodWeights)) : null; }

    /// <summary>The weight of the prior, a wide kernel over the whole range, beside those of the trials. Above 0 and finite; 1 by default.</summary>
    public double PriorWeight { get; init => field = Guard.Between(value, 0, double.PositiveInfinity); } = 1;

    /// <summary>Whether parameters that all trials share are modelled jointly rather than one by one. Null (the default): jointly where there is one objective or <see cref="IsGrouped"/> is set, else one by one.</summary>
    public bool? IsMultivariate { get; init; }

    /// <summary>Whether parameters are modelled jointly in groups that always occur together, rather than by the branches of a conditional space. Not with <see cref="IsMultivariate"/> = false; false by default.</summary>
    /// <remarks>The groups of a conditional space that is declared in <see cref="StudyOptions.SearchSpace"/> are those of its conditions.</remarks>
    public bool IsGrouped { get; init; }

    /// <summary>Whether running trials count as bad ones, so that parallel workers keep apart. True by default.</summary>
    public bool HasConstantLiar { get; init; } = true;

    /// <summary>Whether failed trials count as bad ones, so that regions that fail are avoided. False by default: failed trials take no part.</summary>
    /// <remarks>
    /// Only failures of the objective count (<see cref="TrialRecord.IsFailureOfObjective"/>), with all parameters of the space. They never count as good, nor among the n of <see cref="Gamma"/>
    /// and <see cref="StartupTrials"/>. Leave it off where trials fail by chance, such as by a machine's fault.
    /// </remarks>
    public bool AvoidsFailures { get; init; }

    /// <summary>How pruned trials are compared with others. <see cref="PrunedTrialUse.ByRung"/> by default; several objectives always take <see cref="PrunedTrialUse.ByStep"/>.</summary>
    public PrunedTrialUse PrunedTrials { get; init => field = Guard.Defined(value); } = PrunedTrialUse.ByRung;

    /// <summary>Whether a trial that a pruner put into a bracket learns from the trials of that bracket alone. False by default.</summary>
    /// <remarks>
    /// While it has fewer than d + 2 trials, for d parameters that are modelled together, the highest bracket that has as many takes its place, or all trials. Of
    /// the pruners here <see cref="HyperbandPruner"/> has brackets; trials of Python workers do not tell theirs.
    /// </remarks>
    public bool StaysInBracket { get; init; }

    /// <summary>Whether kernels are kept from becoming narrower than range / min(<see cref="ClipLimit"/>, (n + 2)^<see cref="ClipExponent"/>) among n trials. True by default.</summary>
    public bool HasMagicClip { get; init; } = true;

    /// <summary>How fast the narrowest kernel shrinks with the number of trials. Above 0; null (the default): 1.5 for joint densities, 1 for single parameters.</summary>
    /// <remarks>Hyperopt and Optuna always take 1. The value for joint densities is the quality suite's choice, in the direction that Watanabe, 2023, recommends.</remarks>
    public double? ClipExponent { get; init => field = value is { } exponent ? Guard.Above(Guard.Finite(exponent), 0) : null; }

    /// <summary>The narrowest kernel of all is the range divided by this. 1 or more; null (the default): 50 for joint densities, 100 for single parameters.</summary>
    /// <remarks>Hyperopt and Optuna always take 100.</remarks>
    public double? ClipLimit { get; init => field = value is { } limit ? Guard.AtLeast(Guard.Finite(limit), 1) : null; }

    /// <summary>Whether the bounds count as neighbours when the widths of the outermost kernels are set. False by default.</summary>
    public bool ConsidersEndpoints { get; init; }

    /// <summary>How far apart two choices of a categorical parameter are, by parameter name: at least 0, and 0 for the same choice. Empty by default: all equally far.</summary>
    public IReadOnlyDictionary<string, Func<object?, object?, double>> CategoricalDistances { get; init => field = Guard.NotNull(value); } =
        new Dictionary<string, Func<object?, object?, double>>();
}
