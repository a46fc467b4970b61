using HyperTune.Samplers;
using HyperTune.Testing;

namespace HyperTune.Tests.Samplers;

public sealed class RandomSamplerContractTests : SamplerContract
{
    protected override ISampler Create(ulong seed) => new RandomSampler(new() { Seed = seed });
}

public sealed class TpeSamplerContractTests : SamplerContract
{
    protected override ISampler Create(ulong seed) => new TpeSampler(new() { Seed = seed });
}

public sealed class IndependentTpeSamplerContractTests : SamplerContract
{
    protected override ISampler Create(ulong seed) => new TpeSampler(new() { Seed = seed, IsMultivariate = false });
}

public sealed class GroupedTpeSamplerContractTests : SamplerContract
{
    protected override ISampler Create(ulong seed) => new TpeSampler(new() { Seed = seed, IsGrouped = true });
}

public sealed class TpeSamplerWithoutLiarContractTests : SamplerContract
{
    protected override ISampler Create(ulong seed) => new TpeSampler(new() { Seed = seed, HasConstantLiar = false });
}

public sealed class NsgaIISamplerContractTests : SamplerContract
{
    protected override ISampler Create(ulong seed) => new NsgaIISampler(new() { Seed = seed, PopulationSize = 8 });
}

public sealed class NsgaIIISamplerContractTests : SamplerContract
{
    protected override ISampler Create(ulong seed) => new NsgaIIISampler(new() { Seed = seed, PopulationSize = 8 });
}

public sealed class UniformlyCrossedNsgaIISamplerContractTests : SamplerContract
{
    // It makes no new values, so that few parents have few different children unless mutations are many.
    protected override ISampler Create(ulong seed) =>
        new NsgaIISampler(new() { Seed = seed, PopulationSize = 8, Crossover = new UniformCrossover(), MutationProbability = 0.5 });
}

public sealed class ResamplingNsgaIISamplerContractTests : SamplerContract
{
    protected override ISampler Create(ulong seed) => new NsgaIISampler(new() { Seed = seed, PopulationSize = 8, Mutation = null });
}

public sealed class ThreeParentNsgaIISamplerContractTests : SamplerContract
{
    /// <summary>The crossover draws to the middle.</summary>
    protected override bool FillsSpace => false;

    protected override ISampler Create(ulong seed) =>
        new NsgaIISampler(new() { Seed = seed, PopulationSize = 8, Crossover = new UndxCrossover(), Mutation = new GaussianMutation(), MutationProbability = 0.5 });
}
