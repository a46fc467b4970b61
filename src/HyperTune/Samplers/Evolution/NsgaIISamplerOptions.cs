namespace HyperTune;

/// <summary>Options of <see cref="NsgaIISampler"/>.</summary>
public sealed record NsgaIISamplerOptions : GeneticSamplerOptions;
