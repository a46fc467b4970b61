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

public sealed class GpSamplerContractTests : SamplerContract
{
    protected override ISampler Create(ulong seed) => new GpSampler(new() { Seed = seed });

    /// <summary>The less is known of a point, the better are its chances, and least is known of the ends of a range that plays no part.</summary>
    protected override bool FillsSpace => false;
}

public sealed class DeterministicGpSamplerContractTests : SamplerContract
{
    protected override ISampler Create(ulong seed) => new GpSampler(new() { Seed = seed, IsDeterministic = true, StartupTrials = 5, HasDimensionScaledPrior = true, TrainingTrials = 20 });

    protected override bool FillsSpace => false;
}
