namespace HyperTune.Trials;

/// <summary>The names under which facts about trials and studies are stored as system attributes.</summary>
/// <remarks>Names without the prefix <c>hypertune:</c> are Optuna's, with Optuna's meaning, so that both understand them.</remarks>
internal static class SystemKeys
{
    /// <summary>Trial: external values, by name, that the trial must take (enqueued parameters).</summary>
    public const string FixedParams = "fixed_params";

    /// <summary>Trial: array of constraint values without names.</summary>
    public const string Constraints = "constraints";

    /// <summary>Trial: one named constraint value each.</summary>
    public const string ConstraintPrefix = "constraints:";

    /// <summary>Trial: number of the first trial of a chain of retries.</summary>
    public const string FailedTrial = "failed_trial";

    /// <summary>Trial: numbers of all earlier tries, oldest first.</summary>
    public const string RetryHistory = "retry_history";

    /// <summary>Trial: pieces of the JSON text of the jointly drawn parameters. Optuna's TPE reads and writes this key.</summary>
    public const string JointSamplePrefix = "tpe:relative_params:";

    /// <summary>Trial: the same by Optuna's Gaussian process sampler; read only.</summary>
    public const string GpJointSamplePrefix = "gp:relative_params:";

    /// <summary>Trial: the value at which a rung of a halving pruner was reached; the rung's number follows. Optuna's pruners read and write this key.</summary>
    public const string RungPrefix = "completed_rung_";

    /// <summary>Study: array with one name for each objective.</summary>
    public const string MetricNames = "study:metric_names";

    /// <summary>Trial: the sampler's name, a blank, and one letter for each parameter saying how it was drawn.</summary>
    public const string Drawn = "hypertune:drawn";

    /// <summary>Trial: which of several samplers proposed it and why, an object of <c>by</c> and <c>why</c>.</summary>
    public const string Proposal = "hypertune:proposal";

    /// <summary>Trial: why it failed.</summary>
    public const string FailReason = "hypertune:fail_reason";

    /// <summary>Trial: the name of the <see cref="FailureKind"/> of its failure.</summary>
    public const string FailKind = "hypertune:fail_kind";

    /// <summary>Trial: why it was pruned.</summary>
    public const string PruneReason = "hypertune:prune_reason";

    /// <summary>Trial: present on imported trials; the id of the task that they come from, or an empty text.</summary>
    public const string ImportedFrom = "hypertune:imported_from";

    /// <summary>Trial: array with the standard error of each objective's value, as the objective reported it.</summary>
    public const string StandardErrors = "hypertune:standard_errors";

    /// <summary>Trial: the number of a trial whose parameters it takes to evaluate them again.</summary>
    public const string RepeatOf = "hypertune:repeat_of";

    /// <summary>Trial: bracket of a multi-bracket pruner.</summary>
    public const string Bracket = "hypertune:bracket";

    /// <summary>Trial: the values reported at one step of a trial with several objectives; the step follows.</summary>
    public const string ReportPrefix = "hypertune:report:";

    /// <summary>Trial: present where reports are by fold; the stored step is fold · stride + step, and this is the stride.</summary>
    public const string FoldStride = "hypertune:fold_stride";

    /// <summary>Trial: as <see cref="RungPrefix"/> for objectives that Optuna does not know; objective and rung follow.</summary>
    public const string ObjectiveRungPrefix = "hypertune:rung:";

    /// <summary>Trial: the step at which it came to its latest rung; the objective follows.</summary>
    public const string RungStepPrefix = "hypertune:rung_step:";

    /// <summary>Study: the step of a halving pruner's lowest rung, where it was derived from the first complete trials.</summary>
    public const string MinResource = "hypertune:min_resource";

    /// <summary>Study: the last step of Hyperband, where it was derived from the first complete trials.</summary>
    public const string MaxResource = "hypertune:max_resource";

    /// <summary>Study: present where trials changed their ranks at a rung, so that they have to go beyond it; the objective, a colon and the rung's step follow.</summary>
    public const string UnstableRungPrefix = "hypertune:unstable_rung:";

    /// <summary>Study: the reason for which all workers are to stop; null or absent while they are not.</summary>
    public const string Stop = "hypertune:stop";

    /// <summary>Longest piece of a joint sample. Older Optuna releases had columns of this width.</summary>
    public const int PieceLength = 2045;
}
