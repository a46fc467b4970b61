namespace HyperTune;

/// <summary>The sequences of points that <see cref="QmcSampler"/> offers.</summary>
public enum QmcSequence
{
    /// <summary>Sobol's, with the direction numbers of Joe and Kuo; up to 1,111 parameters.</summary>
    Sobol,

    /// <summary>Halton's, one prime number for each parameter; up to 250 parameters.</summary>
    Halton,
}
