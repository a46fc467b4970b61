namespace HyperTune.Trials;

/// <summary>How the value of a parameter came about.</summary>
public enum ParameterOrigin : byte
{
    /// <summary>Not recorded, as in trials of other programs.</summary>
    Unknown,

    /// <summary>Drawn by the sampler jointly with others.</summary>
    Joint,

    /// <summary>Drawn by the sampler on its own.</summary>
    Independent,

    /// <summary>Given beforehand: enqueued, fixed or retried.</summary>
    Given,

    /// <summary>The only value that the distribution has.</summary>
    Single,
}
