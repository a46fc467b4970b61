using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Pruners.Rungs;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Pruners;

public sealed class AgreementPrunerTests : PrunerContract
{
    [Theory]
    [InlineData(null, 2, false)]
    [InlineData(null, 3, true)]
    [InlineData(2, 1, false)]
    [InlineData(2, 2, true)]
    [InlineData(1, 0, false)]
    [InlineData(1, 1, true)]
    public void As_many_pruners_as_needed_have_to_agree(int? needed, int votes, bool prune)
    {
        IPruner[] pruners = [.. Enumerable.Range(0, 3).Select(i => new Voter(i < votes ? PruneDecision.Because($"no {i}") : new PruneDecision(false, $"yes {i}")))];
        PruneDecision decision = Judge(new AgreementPruner(new() { Pruners = pruners, Needed = needed }));
        string reason = prune
            ? string.Join("; ", Enumerable.Range(0, votes).Select(i => $"no {i}"))
            : string.Join("; ", Enumerable.Range(votes, 3 - votes).Select(i => $"yes {i}"));
        Assert.Equal(new PruneDecision(prune, reason), decision);
    }

    [Fact]
    public void Every_pruner_is_asked_and_sees_the_start_whatever_the_others_say()
    {
        Voter[] pruners = [new(PruneDecision.Keep), new(PruneDecision.Because("bad")), new(PruneDecision.Keep)];
        Assert.Equal(PruneDecision.Keep, Judge(new AgreementPruner(new() { Pruners = pruners })));
        Assert.All(pruners, pruner => Assert.Equal((1, 1), (pruner.Starts, pruner.Questions)));
    }

    [Fact]
    public void Rungs_of_two_objectives_are_noted_apart()
    {
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Minimize);
        TrialContext context = scenario.Context(new() { Reports = [(2, (1.0, 2.0))] });
        _ = Ask(Create(), scenario.Build(), context);
        Assert.Equal(
            ["completed_rung_0", "completed_rung_1", "hypertune:rung:1:0", "hypertune:rung:1:1", "hypertune:rung_step:0", "hypertune:rung_step:1"],
            context.SystemAttributes.Keys.Where(key => !key.StartsWith("hypertune:report:", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Pruners_that_are_missing_or_too_few_are_refused()
    {
        Assert.Equal("options", Assert.Throws<ArgumentNullException>(() => new AgreementPruner(null!)).ParamName);
        Assert.Equal("Pruners", Assert.Throws<ArgumentException>(() => new AgreementPrunerOptions { Pruners = [] }).ParamName);
        Assert.Equal("Pruners", Assert.Throws<ArgumentNullException>(() => new AgreementPrunerOptions { Pruners = null! }).ParamName);
        Assert.Equal("Needed", Assert.Throws<ArgumentOutOfRangeException>(() => new AgreementPrunerOptions { Pruners = [new NopPruner()], Needed = 0 }).ParamName);
        Assert.Equal("options", Assert.Throws<ArgumentException>(() => new AgreementPruner(new() { Pruners = [new NopPruner()], Needed = 2 })).ParamName);
        Assert.Equal("options", Assert.Throws<ArgumentException>(() => new AgreementPruner(new() { Pruners = [null!] })).ParamName);
    }

    protected override IReadOnlyList<Direction> Directions => [Direction.Minimize, Direction.Maximize];

    protected override IPruner Create() => new AgreementPruner(new()
    {
        Pruners =
        [
            new SuccessiveHalvingPruner(new() { MinResource = 1, ReductionFactor = 2 }),
            new SuccessiveHalvingPruner(new() { MinResource = 1, ReductionFactor = 2, Objective = 1 }),
        ],
    });

    protected override AttributeSet NotesOf(ScenarioTrial trial) =>
        RungNotes.Of(trial, new RungLadder(1, 2, 0)).With(RungNotes.Of(trial, new RungLadder(1, 2, 0), objective: 1));

    private static PruneDecision Judge(AgreementPruner pruner)
    {
        var scenario = new HistoryScenario();
        return Ask(pruner, scenario.Build(), scenario.Context(new() { Reports = [(0, 1)] }));
    }

    private sealed class Voter(PruneDecision decision) : IPruner
    {
        public int Starts { get; private set; }

        public int Questions { get; private set; }

        public void BeforeTrial(StudyHistory history, TrialContext trial) => Starts++;

        public PruneDecision ShouldPrune(StudyHistory history, TrialContext trial)
        {
            Questions++;
            return decision;
        }
    }
}
