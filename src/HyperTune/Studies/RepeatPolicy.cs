namespace HyperTune;

/// <summary>What happens when a sampler proposes parameters that an earlier trial of the study had.</summary>
/// <remarks>A proposal is compared as far as it is known when the trial starts: the declared space, or the parameters that all trials share.
/// Enqueued trials and retries are taken as they are.</remarks>
public enum RepeatPolicy
{
    /// <summary>The proposal is taken.</summary>
    Allow,

    /// <summary>The sampler draws again, several times if need be; a finite space that has no new point left repeats.</summary>
    DrawAgain,

    /// <summary>As <see cref="DrawAgain"/>, but no trial starts when a finite space has no new point left.</summary>
    /// <remarks>
    /// A process starts no more trials than there are points left. Several processes may still meet at the last points; a trial that finds none left fails.
    /// </remarks>
    StopWhenExhausted,
}
