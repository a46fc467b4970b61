using HyperTune.Pruners;
using HyperTune.Pruners.Rungs;
using HyperTune.Testing;

namespace HyperTune.Tests.Pruners;

public sealed class DominanceHalvingPrunerTests : PrunerContract
{
    protected override IReadOnlyList<Direction> Directions => [Direction.Minimize, Direction.Maximize, Direction.Minimize];

    protected override IPruner Create() => new SuccessiveHalvingPruner(new() { MinResource = 1, ReductionFactor = 2, UseDominance = true });

    protected override AttributeSet NotesOf(ScenarioTrial trial) => RungNotes.OfFronts(trial, new RungLadder(1, 2, 0));
}
