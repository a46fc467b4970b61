namespace HyperTune;

/// <summary>What <see cref="CmaEsSampler"/> does once its search distribution has nothing left to gain.</summary>
public enum CmaEsRestarts
{
    /// <summary>It goes on with the distribution as it is.</summary>
    None,

    /// <summary>It starts anew from a random point, each time with twice the population, which looks at the landscape ever more from afar.</summary>
    Ipop,

    /// <summary>It alternates between doubled populations and small ones, giving both about as many trials.</summary>
    Bipop,
}
