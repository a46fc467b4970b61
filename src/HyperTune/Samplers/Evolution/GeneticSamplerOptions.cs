namespace HyperTune;

/// <summary>Options that <see cref="NsgaIISamplerOptions"/> and <see cref="NsgaIIISamplerOptions"/> have in common.</summary>
public abstract record GeneticSamplerOptions
{
    private protected GeneticSamplerOptions()
    {
    }

    /// <summary>The seed; null (the default) lets each study draw one.</summary>
    public ulong? Seed { get; init; }

    /// <summary>How many complete trials make a generation, and from how many parents the next one comes. 2 or more; 50 by default.</summary>
    public int PopulationSize { get; init => field = Guard.AtLeast(value, 2); } = 50;

    /// <summary>How the numeric genes of parents are combined; <see cref="SbxCrossover"/> by default.</summary>
    public Crossover Crossover { get; init => field = Guard.NotNull(value); } = new SbxCrossover();

    /// <summary>The probability with which parents are crossed; else a child begins as the copy of one parent. From 0 to 1; 0.9 by default.</summary>
    public double CrossoverProbability { get; init => field = Guard.InRange(value, 0, 1); } = 0.9;

    /// <summary>The probability with which the child of a crossing has the choice of the first parent rather than of the last, in each categorical parameter. From 0 to 1; 0.5 by default.</summary>
    public double SwappingProbability { get; init => field = Guard.InRange(value, 0, 1); } = 0.5;

    /// <summary>How a numeric gene is mutated; <see cref="PolynomialMutation"/> with an index of 5 by default. Null draws it anew from its whole range, as choices always are.</summary>
    public Mutation? Mutation { get; init; } = new PolynomialMutation { Eta = 5 };

    /// <summary>The probability with which each gene is mutated. From 0 to 1; null (the default): 1 divided by the number of the parent's parameters.</summary>
    public double? MutationProbability { get; init => field = value is { } probability ? Guard.InRange(probability, 0, 1) : null; }
}
