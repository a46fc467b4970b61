using HyperTune.Samplers;
using HyperTune.Testing;

namespace HyperTune.Tests.Samplers;

public sealed class SobolSamplerContractTests : MultiObjectiveSamplerContract
{
    protected override ISampler Create(ulong seed) => new QmcSampler(new() { Seed = seed });
}

public sealed class HaltonSamplerContractTests : MultiObjectiveSamplerContract
{
    protected override ISampler Create(ulong seed) => new QmcSampler(new() { Seed = seed, Sequence = QmcSequence.Halton });
}

/// <summary>The plain sequence is one and the same for every seed, and begins at the origin.</summary>
public abstract class PlainSequenceContract(QmcSequence sequence) : SamplerContract
{
    protected override bool IsRandom => false;

    protected override bool FillsSpace => false;

    protected override bool IgnoresNames => false;

    protected override ISampler Create(ulong seed) => new QmcSampler(new() { Seed = seed, Sequence = sequence, IsScrambled = false });
}

public sealed class PlainSobolSamplerContractTests() : PlainSequenceContract(QmcSequence.Sobol);

public sealed class PlainHaltonSamplerContractTests() : PlainSequenceContract(QmcSequence.Halton);

/// <summary>A grid over one parameter of the mixed space; the others, and those of other spaces, are drawn beside it.</summary>
public sealed class GridSamplerContractTests : MultiObjectiveSamplerContract
{
    protected override ISampler Create(ulong seed) => new GridSampler(new()
    {
        Seed = seed,
        Values = new Dictionary<string, IReadOnlyList<object?>> { ["momentum"] = [.. Enumerable.Range(0, 200).Select(i => (object?)(i / 200.0 - 0.5))] },
        DrawsOthers = true,
    });
}

/// <summary>The same spaces with steps, and histories whose trials agree on what comes next.</summary>
public sealed class BruteForceSamplerContractTests : MultiObjectiveSamplerContract
{
    private static readonly FloatDistribution Grid = new(0, 2, step: 0.25);
    private static readonly FloatDistribution Left = new(-1, 1, step: 0.125);

    protected override bool TakesAnySpace => false;

    protected override SearchSpace MixedSpace { get; } = SearchSpace.Empty
        .AddDouble("rate", 0.01, 1, step: 0.01)
        .AddDouble("momentum", -0.5, 0.95, step: 0.0001)
        .AddDouble("dropout", 0, 0.9, step: 0.25)
        .AddInt("layers", 1, 7, step: 2)
        .AddInt("units", 1, 1000, log: true)
        .AddCategorical<object?>("kernel", [null, true, 7, 0.5, "rbf"]);

    protected override SearchSpace ConditionalSpace { get; } = SearchSpace.Empty
        .AddCategorical("model", ["tree", "net", "line"])
        .AddInt("depth", 1, 12, when: ("model", ["tree"]))
        .AddDouble("rate", 0.1, 1, step: 0.1, when: ("model", ["net"]))
        .AddInt("layers", 1, 2, when: ("model", ["net"]))
        .AddInt("width", 8, 64, step: 8, when: ("layers", [2]))
        .AddDouble("fixed", 2, 2, when: ("model", ["net", "line"]))
        .AddDouble("ridge", 0, 1, step: 0.01);

    /// <summary>What a trial asks for first; the rest is in the joint sample.</summary>
    protected override SearchSpace ScenarioSpace { get; } = SearchSpace.Empty.AddInt("branch", 0, 1);

    protected override SearchSpace UnitSpace(params ReadOnlySpan<string> names)
    {
        SearchSpace space = SearchSpace.Empty;
        foreach (string name in names) space = space.AddDouble(name, 0, 1, step: 1.0 / 1024);
        return space;
    }

    protected override IReadOnlyList<Parameter> ScenarioParameters(Random random, int trial)
    {
        int branch = random.Next(2);
        return
        [
            new("branch", ScenarioSpace[0].Distribution, branch),
            new("grid", Grid, Grid.GridValue(random.Next(9))),
            branch == 0 ? new("left", Left, Left.GridValue(random.Next(17))) : new("right", new IntDistribution(1, 64, log: true), random.Next(1, 65)),
        ];
    }

    protected override ISampler Create(ulong seed) => new BruteForceSampler(new() { Seed = seed });
}

public sealed class PartialFixedTpeSamplerContractTests : MultiObjectiveSamplerContract
{
    protected override ISampler Create(ulong seed) => new PartialFixedSampler(new TpeSampler(new() { Seed = seed }), new Dictionary<string, object?> { ["depth"] = 3, ["kind"] = "a" });
}

public sealed class PartialFixedSobolSamplerContractTests : MultiObjectiveSamplerContract
{
    protected override ISampler Create(ulong seed) => new PartialFixedSampler(new QmcSampler(new() { Seed = seed }), new Dictionary<string, object?> { ["depth"] = 3, ["kind"] = "a" });
}
