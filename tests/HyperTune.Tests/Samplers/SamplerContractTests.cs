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

public sealed class CmaEsSamplerContractTests : SamplerContract
{
    // A normal distribution is not even, nor meant to be.
    protected override bool FillsSpace => false;

    protected override ISampler Create(ulong seed) => new CmaEsSampler(new() { Seed = seed });
}

public sealed class SeparableCmaEsSamplerContractTests : SamplerContract
{
    // A normal distribution is not even, nor meant to be.
    protected override bool FillsSpace => false;

    protected override ISampler Create(ulong seed) => new CmaEsSampler(new() { Seed = seed, IsSeparable = true, HasMargin = false, Restarts = CmaEsRestarts.Bipop });
}

public sealed class AdaptiveCmaEsSamplerContractTests : SamplerContract
{
    // A normal distribution is not even, nor meant to be.
    protected override bool FillsSpace => false;

    protected override ISampler Create(ulong seed) => new CmaEsSampler(new() { Seed = seed, AdaptsLearningRates = true, UsesPrunedTrials = true });
}
