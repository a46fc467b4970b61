namespace HyperTune.Noise;

/// <summary>The variance of a single evaluation, estimated over all configurations of a study.</summary>
internal struct PooledVariance
{
    /// <summary>The degrees of freedom with which the pooled variance counts beside a configuration's own evaluations.</summary>
    private const double PriorFreedom = 4;

    private double _deviations;
    private double _freedom;
    private double _reported;
    private int _reportedCount;

    /// <summary>The pooled variance: by the scatter of repeated evaluations; without any, the mean square of the reported errors; without these, NaN.</summary>
    public readonly double Value => _freedom > 0 ? _deviations / _freedom : _reportedCount > 0 ? _reported / _reportedCount : double.NaN;

    /// <summary>Adds a configuration.</summary>
    public void Add(in EvaluationStatistics evaluations)
    {
        if (evaluations.Count > 1 && double.IsFinite(evaluations.SquaredDeviations))
        {
            _deviations += evaluations.SquaredDeviations;
            _freedom += evaluations.Count - 1;
        }
        if (!double.IsFinite(evaluations.ReportedError)) return;
        _reported += evaluations.ReportedError * evaluations.ReportedError * evaluations.Count;
        _reportedCount++;
    }

    /// <summary>The standard error of a configuration's mean; NaN if nothing is known about the noise.</summary>
    /// <remarks>
    /// By the reported errors where every evaluation has one. Else by a variance that leans on the pooled one while evaluations are few: (4·pooled + squared deviations)/(4 + n − 1),
    /// the moderated variance of G. K. Smyth, "Linear Models and Empirical Bayes Methods for Assessing Differential Expression in Microarray Experiments", 2004, section 3, with
    /// fixed prior degrees of freedom, since a study mostly has too few repetitions to estimate them.
    /// </remarks>
    public readonly double ErrorOf(in EvaluationStatistics evaluations)
    {
        if (!double.IsNaN(evaluations.ReportedError)) return evaluations.ReportedError;
        double variance = ((PriorFreedom * Value) + evaluations.SquaredDeviations) / (PriorFreedom + evaluations.Count - 1);
        return Math.Sqrt(variance / evaluations.Count);
    }
}
