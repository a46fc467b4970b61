using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Pruners.Rungs;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Pruners;

/// <summary>What <see cref="PashaPruner"/> keeps along the way gives what a computation from all trials gives.</summary>
public sealed class PashaPropertyTests
{
    private const int LastStep = 9;

    private static readonly RungLadder Ladder = new(1, 2, 0);

    [Theory]
    [InlineData(null)]
    [InlineData(0.0)]
    [InlineData(3.0)]
    public void Every_decision_is_that_of_a_computation_from_scratch(double? tolerance)
    {
        int pruned = 0, kept = 0;
        var raises = new HashSet<int>();
        for (int seed = 0; seed < 60; seed++)
        {
            var random = new Random(seed);
            HistoryScenario scenario = RandomStudy(random, trials: seed % 6 == 0 ? 200 : random.Next(40), noise: seed % 3 * 2);
            var pruner = new PashaPruner(new() { MinResource = Ladder.MinResource, ReductionFactor = Ladder.ReductionFactor, RankTolerance = tolerance });
            IReadOnlyList<StudyHistory> snapshots = scenario.BuildInParts(seed);
            // Older snapshots are asked again after the last one.
            foreach (StudyHistory history in snapshots.Concat(snapshots.Where((_, i) => i % 7 == 0)))
            {
                int number = random.Next(2) == 0 ? 1000 : -1;
                (long Step, double Value)[] reports = [.. Curve(random, random.Next(4, 12), noise: 1).Take(random.Next(2, LastStep + 1))];
                (bool expected, int expectedRaises) = PashaOracle.Judge(history, number, reports, Ladder, tolerance);
                var buffer = new TrialBuffer(new TrialRecord { Id = new TrialId(5000), Number = number, State = TrialState.Running });
                foreach ((long step, double value) in reports) buffer.TryAddReport(step, value);
                PruneDecision decision = pruner.ShouldPrune(history, new TrialContext(buffer, 0, ParameterSet.Empty));
                Assert.Equal(expected, decision.Prune);
                _ = buffer.TryTake(out TrialChanges? changes);
                Assert.Equal(Enumerable.Range(1, expectedRaises).Select(rung => $"hypertune:unstable_rung:0:{Ladder.StepOf(rung)}"), changes!.Study?.PutIfAbsent.Keys.Order() ?? Enumerable.Empty<string>());
                raises.Add(expectedRaises);
                if (decision.Prune) pruned++;
                else kept++;
            }
        }
        Assert.True(pruned > 200 && kept > 200 && raises.Contains(0) && raises.Contains(2), $"{pruned} pruned, {kept} kept, raises {string.Join(", ", raises)}");
    }

    private static HistoryScenario RandomStudy(Random random, int trials, int noise)
    {
        var scenario = new HistoryScenario();
        for (int i = 0; i < trials; i++)
        {
            TrialState state = random.Next(10) switch { 0 => TrialState.Failed, 1 or 2 => TrialState.Running, 3 or 4 => TrialState.Complete, _ => TrialState.Pruned };
            (long Step, double Value)[] curve = Curve(random, random.Next(12), noise);
            int length = state == TrialState.Complete ? curve.Length : random.Next(1, curve.Length + 1);
            var trial = new ScenarioTrial { Number = i, State = state, Reports = [.. curve.Take(length).Select(report => (report.Step, (ObjectiveValues)report.Value))] };
            scenario.Add(trial with { SystemAttributes = RungNotes.Of(trial, Ladder) });
        }
        return scenario;
    }

    /// <summary>Whole numbers, so that there are ties, sometimes with gaps between the steps.</summary>
    private static (long Step, double Value)[] Curve(Random random, int level, int noise) =>
        [.. Enumerable.Range(0, LastStep + 1).Where(step => step is 0 or LastStep || random.Next(8) > 0).Select(step => ((long)step, (double)(level + random.Next(-noise, noise + 1))))];
}
