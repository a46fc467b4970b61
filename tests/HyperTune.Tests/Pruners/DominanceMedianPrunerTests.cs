using HyperTune.Pruners;
using HyperTune.Testing;

namespace HyperTune.Tests.Pruners;

public sealed class DominanceMedianPrunerTests : PrunerContract
{
    protected override IReadOnlyList<Direction> Directions => [Direction.Minimize, Direction.Maximize];

    protected override IPruner Create() => new MedianPruner(new() { StartupTrials = 1, UseDominance = true });
}
