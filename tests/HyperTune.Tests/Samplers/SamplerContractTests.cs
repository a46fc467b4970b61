using HyperTune.Samplers;
using HyperTune.Testing;

namespace HyperTune.Tests.Samplers;

public sealed class RandomSamplerContractTests : MultiObjectiveSamplerContract
{
    protected override ISampler Create(ulong seed) => new RandomSampler(new() { Seed = seed });
}

public sealed class TpeSamplerContractTests : MultiObjectiveSamplerContract
{
    protected override ISampler Create(ulong seed) => new TpeSampler(new() { Seed = seed });
}

public sealed class IndependentTpeSamplerContractTests : MultiObjectiveSamplerContract
{
    protected override ISampler Create(ulong seed) => new TpeSampler(new() { Seed = seed, IsMultivariate = false });
}

public sealed class GroupedTpeSamplerContractTests : MultiObjectiveSamplerContract
{
    protected override ISampler Create(ulong seed) => new TpeSampler(new() { Seed = seed, IsGrouped = true });
}

public sealed class TpeSamplerWithoutLiarContractTests : MultiObjectiveSamplerContract
{
    protected override ISampler Create(ulong seed) => new TpeSampler(new() { Seed = seed, HasConstantLiar = false });
}

public sealed class TpeSamplerThatAvoidsFailuresContractTests : MultiObjectiveSamplerContract
{
    protected override ISampler Create(ulong seed) => new TpeSampler(new() { Seed = seed, AvoidsFailures = true });
}

public sealed class TpeSamplerByStepContractTests : MultiObjectiveSamplerContract
{
    protected override ISampler Create(ulong seed) => new TpeSampler(new() { Seed = seed, PrunedTrials = PrunedTrialUse.ByStep });
}

public sealed class TpeSamplerByRungAloneContractTests : MultiObjectiveSamplerContract
{
    protected override ISampler Create(ulong seed) => new TpeSampler(new() { Seed = seed, PrunedTrials = PrunedTrialUse.ByRungAlone });
}

public sealed class TpeSamplerWithinBracketsContractTests : MultiObjectiveSamplerContract
{
    protected override ISampler Create(ulong seed) => new TpeSampler(new() { Seed = seed, StaysInBracket = true });
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

public sealed class NsgaIISamplerContractTests : MultiObjectiveSamplerContract
{
    protected override ISampler Create(ulong seed) => new NsgaIISampler(new() { Seed = seed, PopulationSize = 8 });
}

public sealed class NsgaIIISamplerContractTests : MultiObjectiveSamplerContract
{
    protected override ISampler Create(ulong seed) => new NsgaIIISampler(new() { Seed = seed, PopulationSize = 8 });

    /// <summary>What lies nearest to an axis is found by the largest of the other objectives, as in the paper: of two or more their units decide.</summary>
    protected override bool IgnoresUnits(int objectives) => objectives < 3;
}

public sealed class UniformlyCrossedNsgaIISamplerContractTests : MultiObjectiveSamplerContract
{
    // It makes no new values, so that few parents have few different children unless mutations are many.
    protected override ISampler Create(ulong seed) =>
        new NsgaIISampler(new() { Seed = seed, PopulationSize = 8, Crossover = new UniformCrossover(), MutationProbability = 0.5 });
}

public sealed class ResamplingNsgaIISamplerContractTests : MultiObjectiveSamplerContract
{
    protected override ISampler Create(ulong seed) => new NsgaIISampler(new() { Seed = seed, PopulationSize = 8, Mutation = null });
}

public sealed class ThreeParentNsgaIISamplerContractTests : MultiObjectiveSamplerContract
{
    /// <summary>The crossover draws to the middle.</summary>
    protected override bool FillsSpace => false;

    protected override ISampler Create(ulong seed) =>
        new NsgaIISampler(new() { Seed = seed, PopulationSize = 8, Crossover = new UndxCrossover(), Mutation = new GaussianMutation(), MutationProbability = 0.5 });
}

public sealed class GpSamplerContractTests : MultiObjectiveSamplerContract
{
    protected override ISampler Create(ulong seed) => new GpSampler(new() { Seed = seed });

    protected override bool RanksValues => false;

    /// <summary>The less is known of a point, the better are its chances, and least is known of the ends of a range that plays no part.</summary>
    protected override bool FillsSpace => false;
}

public sealed class DeterministicGpSamplerContractTests : MultiObjectiveSamplerContract
{
    protected override ISampler Create(ulong seed) => new GpSampler(new() { Seed = seed, IsDeterministic = true, StartupTrials = 5, HasDimensionScaledPrior = true, TrainingTrials = 20 });

    protected override bool RanksValues => false;

    protected override bool FillsSpace => false;
}

public sealed class AutoSamplerContractTests : MultiObjectiveSamplerContract
{
    protected override ISampler Create(ulong seed) => new AutoSampler(new() { Seed = seed });

    protected override bool RanksValues => false;

    protected override bool FillsSpace => false;
}

public sealed class AvoidingGpSamplerContractTests : MultiObjectiveSamplerContract
{
    protected override ISampler Create(ulong seed) => new GpSampler(new() { Seed = seed, AvoidsFailures = true, StartupTrials = 4 });

    protected override bool RanksValues => false;

    protected override bool FillsSpace => false;
}
