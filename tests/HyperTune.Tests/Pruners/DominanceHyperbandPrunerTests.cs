using HyperTune.Pruners;
using HyperTune.Pruners.Rungs;
using HyperTune.Testing;

namespace HyperTune.Tests.Pruners;

public sealed class DominanceHyperbandPrunerTests : PrunerContract
{
    private static readonly BracketPlan Brackets = new(4, 2, BracketAssignment.Hash);

    protected override IReadOnlyList<Direction> Directions => [Direction.Minimize, Direction.Maximize];

    protected override IPruner Create() => new HyperbandPruner(new() { MaxResource = 8, ReductionFactor = 2, UseDominance = true });

    protected override AttributeSet NotesOf(ScenarioTrial trial) => RungNotes.OfFronts(trial, new RungLadder(1, 2, Brackets.BracketOf("scenario", trial.Number!.Value)));
}
