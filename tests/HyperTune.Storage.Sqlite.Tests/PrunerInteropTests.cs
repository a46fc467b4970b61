using HyperTune.Pruners;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Storage.Sqlite.Tests;

/// <summary>Pruners with rungs on studies that Optuna's pruners have worked on.</summary>
[Trait("Category", "Golden")]
public sealed class PrunerInteropTests
{
    private static readonly Dictionary<string, IPruner> Pruners = new()
    {
        ["pruner-sha"] = new SuccessiveHalvingPruner(new() { MinResource = 1, ReductionFactor = 2 }),
        ["pruner-hyperband"] = new HyperbandPruner(new() { MinResource = 1, MaxResource = 9, ReductionFactor = 3, UseFloatingLogarithm = true }),
    };

    public static TheoryData<string> Studies => [.. Pruners.Keys];

    [Theory]
    [MemberData(nameof(Studies))]
    public async Task Each_trial_is_judged_and_noted_as_it_was(string name)
    {
        using var file = new SqliteFile(GoldenFile.PathOf("interop/optuna.db"));
        await using SqliteStorage storage = await file.OpenAsync();
        await using Study study = await Study.LoadAsync(new StudyOptions { Name = name, Storage = storage }, TestContext.Current.CancellationToken);
        var earlier = new HistoryScenario([.. study.Directions]) { StudyName = name };
        foreach (TrialRecord trial in study.Trials)
        {
            AttributeSet notes = AttributeSet.Empty;
            var reports = new List<(long, ObjectiveValues)>();
            bool isPruned = false;
            foreach ((long step, double value) in trial.IntermediateValues)
            {
                Assert.False(isPruned, $"trial {trial.Number} goes on at step {step}");
                reports.Add((step, value));
                TrialContext context = earlier.Context(new() { Number = trial.Number, Reports = reports, SystemAttributes = notes });
                isPruned = Pruners[name].ShouldPrune(earlier.Build(), context).Prune;
                notes = context.SystemAttributes;
            }
            Assert.Equal(trial.State == TrialState.Pruned, isPruned);
            Assert.Equal(Rungs(trial.SystemAttributes), Rungs(notes));
            earlier.Add(new() { Number = trial.Number, State = trial.State, Values = trial.Values, Reports = reports, SystemAttributes = trial.SystemAttributes });
        }
        Assert.Contains(study.Trials, trial => trial.State == TrialState.Pruned);
    }

    [Fact]
    public async Task A_study_goes_on_with_the_rungs_that_it_has()
    {
        using var file = new SqliteFile(GoldenFile.PathOf("interop/optuna.db"));
        await using SqliteStorage storage = await file.OpenAsync();
        await using Study study = await Study.LoadAsync(
            new StudyOptions { Name = "pruner-sha", Storage = storage, Pruner = Pruners["pruner-sha"] }, TestContext.Current.CancellationToken);
        double[] atFirstRung = [.. study.Trials.Select(trial => trial.IntermediateValues[1]).Order()];

        // Of one trial more the better half goes on.
        Assert.False(await IsPrunedAsync(atFirstRung[(atFirstRung.Length / 2) - 1]));
        Assert.True(await IsPrunedAsync(atFirstRung[^1]));

        async Task<bool> IsPrunedAsync(double value)
        {
            Trial trial = await study.AskAsync(cancellationToken: TestContext.Current.CancellationToken);
            trial.Report(value, 1);
            return trial.ShouldPrune();
        }
    }

    private static IEnumerable<string> Rungs(AttributeSet notes) =>
        notes.Where(note => note.Key.StartsWith("completed_rung_", StringComparison.Ordinal)).Select(note => $"{note.Key} {note.Value.ToJson()}").Order(StringComparer.Ordinal);
}
