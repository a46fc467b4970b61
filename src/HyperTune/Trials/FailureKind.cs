namespace HyperTune;

/// <summary>What made a trial fail.</summary>
/// <remarks>Stored by name. <see cref="TrialRecord.IsFailureOfObjective"/> tells the first four, which say something about the parameters, from the others.</remarks>
public enum FailureKind
{
    /// <summary>The objective threw an exception, such as for want of memory.</summary>
    Exception,

    /// <summary>The objective gave NaN, such as by divergence, or a wrong number of values.</summary>
    InvalidValues,

    /// <summary>It was told as failed.</summary>
    Told,

    /// <summary>It ran longer than <see cref="OptimizeOptions.TrialTimeout"/>.</summary>
    TimedOut,

    /// <summary>The optimization was cancelled while it ran.</summary>
    Cancelled,

    /// <summary>The study was disposed of while it ran, or it had not yet begun when its optimization ended.</summary>
    GivenBack,

    /// <summary>Its worker stopped renewing its lease.</summary>
    Lapsed,

    /// <summary>The sampler failed, or had no point left.</summary>
    Sampling,
}
