using HyperTune.History;
using HyperTune.Testing;
using HyperTune.Trials;
using Microsoft.Extensions.Time.Testing;

namespace HyperTune.Storage.Sqlite.Tests;

/// <summary>Repeated requests, leases and budgets: what lies in the library's own tables and in the heartbeats.</summary>
public sealed class RequestTests
{
    [Fact]
    public async Task A_repeated_start_gives_the_first_answer_to_another_storage_too()
    {
        using var file = new SqliteFile();
        await using SqliteStorage first = await file.OpenAsync();
        await using SqliteStorage second = await file.OpenAsync();
        StudyRecord study = await first.CreateAsync();
        TrialStart start = Requests.Start(3);
        IReadOnlyList<TrialRecord> answer = await first.StartTrialsAsync(study.Id, start, Requests.Token);
        IReadOnlyList<TrialRecord> repeated = await second.StartTrialsAsync(study.Id, start, Requests.Token);
        Assert.Equal(answer.Select(trial => (trial.Id, trial.Number)), repeated.Select(trial => (trial.Id, trial.Number)));
        Assert.Equal("3", file.Cell("SELECT COUNT(*) FROM trials"));
    }

    [Fact]
    public async Task A_repeated_import_and_a_repeated_end_do_nothing()
    {
        using var file = new SqliteFile();
        await using SqliteStorage first = await file.OpenAsync();
        await using SqliteStorage second = await file.OpenAsync();
        StudyRecord study = await first.CreateAsync();
        var import = new TrialImport { RequestId = Guid.NewGuid(), SkipIfExists = true, Trials = [Requests.Waiting(1), Requests.Waiting(1), Requests.Waiting(2)] };
        Assert.Equal([0, null, 1], await first.AddTrialsAsync(study.Id, import, Requests.Token));
        Assert.Equal([0, null, 1], await second.AddTrialsAsync(study.Id, import, Requests.Token));
        Assert.Equal([null, null, null], await second.AddTrialsAsync(study.Id, import with { RequestId = Guid.NewGuid() }, Requests.Token));
        TrialRecord trial = Assert.Single(await first.StartAsync(study));
        TrialChanges finish = Requests.Finish(trial);
        Assert.Equal(WriteOutcome.Stored, await first.WriteAsync(study, finish));
        Assert.Equal(WriteOutcome.Stored, await second.WriteAsync(study, finish));
        Assert.Equal(WriteOutcome.AlreadyFinished, await second.WriteAsync(study, Requests.Finish(trial, 9)));
        Assert.Equal("1.5", file.Cell("SELECT value FROM trial_values"));
    }

    [Fact]
    public async Task Answers_are_forgotten_after_an_hour()
    {
        var clock = new FakeTimeProvider(Requests.Time);
        using var file = new SqliteFile();
        var options = new SqliteStorageOptions { TimeProvider = clock };
        await using (SqliteStorage storage = await file.OpenAsync(options))
        {
            StudyRecord study = await storage.CreateAsync();
            await storage.StartAsync(study);
            clock.Advance(TimeSpan.FromMinutes(61));
            await storage.StartAsync(study);
            Assert.Equal("1", file.Cell("SELECT COUNT(*) FROM hypertune_requests"));
        }
        clock.Advance(TimeSpan.FromMinutes(61));
        await using SqliteStorage again = await file.OpenAsync(options);
        Assert.Equal("0", file.Cell("SELECT COUNT(*) FROM hypertune_requests"));
    }

    [Fact]
    public async Task A_lapsed_trial_fails_and_is_enqueued_again_in_one_step()
    {
        var clock = new FakeTimeProvider(Requests.Time);
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync(new() { TimeProvider = clock });
        StudyRecord study = await storage.CreateAsync();
        IReadOnlyList<TrialRecord> started = await storage.StartAsync(study, 2);
        TrialRecord unleased = Assert.Single(await storage.StartAsync(study, isLeased: false));
        await storage.WriteAsync(study, new TrialChanges { Trial = started[0].Id, Parameters = [new("x", new FloatDistribution(0, 1), 0.25)] });
        clock.Advance(TimeSpan.FromSeconds(60));
        Assert.Equal([WriteOutcome.Stored], await storage.RenewLeasesAsync(study.Id, [started[1].Id], Requests.Token));
        var rules = new LeaseRules(TimeSpan.FromSeconds(60), 1);
        Assert.Empty(await storage.TakeBackAsync(study.Id, rules, Requests.Token));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        TakenBackTrial taken = Assert.Single(await storage.TakeBackAsync(study.Id, rules, Requests.Token));
        Assert.Equal(new TakenBackTrial(started[0].Id, 0, 3), taken);
        Assert.Equal(["0|FAIL", "1|RUNNING", "2|RUNNING", "3|WAITING"], file.Rows("SELECT number, state FROM trials ORDER BY trial_id"));
        Assert.Equal(
            ["failed_trial|0", "fixed_params|{\"x\": 0.25}", "retry_history|[0]"],
            file.Rows("SELECT \"key\", value_json FROM trial_system_attributes WHERE trial_id = 4 ORDER BY \"key\""));
        Assert.Equal("\"The worker stopped renewing its lease.\"", file.Cell("SELECT value_json FROM trial_system_attributes WHERE trial_id = 1"));
        Assert.Equal(2, unleased.Number);
        Assert.Equal("0", file.Cell($"SELECT COUNT(*) FROM trial_heartbeats WHERE trial_id = {unleased.Id.Value}"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_budget_counts_failed_trials_unless_they_are_enqueued_again(bool hasOwnTables)
    {
        var clock = new FakeTimeProvider(Requests.Time);
        using var file = new SqliteFile();
        await using SqliteStorage tested = await file.OpenAsync(new() { TimeProvider = clock });
        if (!hasOwnTables)
        {
            tested.ForgoOwnTables();
            file.Run("DROP TABLE hypertune_requests; DROP TABLE hypertune_budgets; DROP INDEX hypertune_trials_waiting; DROP INDEX hypertune_trials_running");
        }
        StudyRecord study = await tested.CreateAsync();
        Assert.Equal(2, (await tested.StartTrialsAsync(study.Id, Requests.Start(2, total: 3), Requests.Token)).Count);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, (await tested.TakeBackAsync(study.Id, new LeaseRules(TimeSpan.FromSeconds(1), 1), Requests.Token)).Count);
        // Two failed and two waiting: none counts. The retries come first, then one new trial; then the budget is used up.
        Assert.Equal([2, 3, 4], (await tested.StartTrialsAsync(study.Id, Requests.Start(9, total: 3), Requests.Token)).Select(trial => trial.Number));
        Assert.Empty(await tested.StartTrialsAsync(study.Id, Requests.Start(1, total: 3), Requests.Token));
        // The retries fail for good: they count, so that nothing is left.
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.All(await tested.TakeBackAsync(study.Id, new LeaseRules(TimeSpan.FromSeconds(1), 0), Requests.Token), taken => Assert.Null(taken.RetryNumber));
        Assert.Empty(await tested.StartTrialsAsync(study.Id, Requests.Start(1, total: 3), Requests.Token));
    }

    [Fact]
    public async Task A_group_writes_each_trial_wholly_or_not_at_all()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        IReadOnlyList<TrialRecord> trials = await storage.StartAsync(study, 3);
        var linear = new FloatDistribution(1, 2);
        TrialChanges good = Requests.Finish(trials[0], 1, new Parameter("x", linear, 1.5));
        TrialChanges clashing = Requests.Finish(trials[1], 2, new Parameter("y", linear, 1.5), new Parameter("x", new FloatDistribution(1, 2, log: true), 1.5));
        TrialChanges unknown = Requests.Finish(trials[0] with { Id = new TrialId(99) });
        TrialChanges later = Requests.Finish(trials[2], 3, new Parameter("y", new IntDistribution(1, 2), 1));
        Assert.Equal(
            [WriteOutcome.Stored, WriteOutcome.Incompatible, WriteOutcome.Unknown, WriteOutcome.Stored, WriteOutcome.Stored],
            await storage.WriteAsync(study.Id, [good, clashing, unknown, later, good], Requests.Token));
        Assert.Equal(["1|x", "3|y"], file.Rows("SELECT trial_id, param_name FROM trial_params ORDER BY trial_id"));
        Assert.Equal(["COMPLETE", "RUNNING", "COMPLETE"], file.Rows("SELECT state FROM trials ORDER BY trial_id"));
    }

    [Fact]
    public async Task A_study_made_anew_under_the_same_id_resets_its_readers()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        await using SqliteStorage other = await file.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        await storage.WriteAsync(study, Requests.Finish(Assert.Single(await storage.StartAsync(study)), 1, new Parameter("x", new FloatDistribution(0, 1), 0.5)));
        StudyDelta before = await storage.ReadAsync(study);
        await other.DeleteStudyAsync(study.Id, Requests.Token);
        await Assert.ThrowsAsync<StudyNotFoundException>(async () => await storage.ReadAsync(study, before.Cursor));
        StudyRecord again = await other.CreateAsync();
        Assert.Equal(study.Id, again.Id);
        TrialRecord trial = Assert.Single(await other.StartAsync(again));
        await other.WriteAsync(again, Requests.Finish(trial, 2) with { Finish = Requests.Finish(trial, 2).Finish! with { CompletedAt = Requests.Time.AddHours(1) } });
        StudyDelta after = await storage.ReadAsync(study, before.Cursor);
        Assert.True(after.IsReset);
        Assert.NotNull(after.Study);
        Assert.Equal(2, Assert.Single(after.Trials).Value);
    }

    [Fact]
    public async Task Another_study_under_the_same_id_is_not_mistaken_for_the_deleted_one()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        await using SqliteStorage other = await file.OpenAsync();
        StudyRecord study = await storage.CreateAsync("old");
        StudyDelta before = await storage.ReadAsync(study);
        await other.DeleteStudyAsync(study.Id, Requests.Token);
        Assert.Equal(study.Id, (await other.CreateAsync("new")).Id);
        await Assert.ThrowsAsync<StudyNotFoundException>(async () => await storage.ReadAsync(study, before.Cursor));
    }

    [Fact]
    public async Task A_delta_holds_only_what_changed()
    {
        using var file = new SqliteFile();
        await using SqliteStorage writer = await file.OpenAsync();
        await using SqliteStorage reader = await file.OpenAsync();
        StudyRecord study = await writer.CreateAsync();
        IReadOnlyList<TrialRecord> trials = await writer.StartAsync(study, 3);
        await writer.WriteAsync(study, Requests.Finish(trials[0]));
        StudyDelta first = await reader.ReadAsync(study);
        Assert.Equal([0, 1, 2], first.Trials.Select(trial => trial.Number));
        StudyDelta nothing = await reader.ReadAsync(study, first.Cursor);
        Assert.Empty(nothing.Trials);
        Assert.Null(nothing.Study);
        await writer.WriteAsync(study, new TrialChanges { Trial = trials[1].Id, IntermediateValues = [new(0, 0.5)] });
        StudyDelta report = await reader.ReadAsync(study, nothing.Cursor);
        Assert.Equal(0.5, Assert.Single(report.Trials).IntermediateValues[0]);
        Assert.Null(report.Study);
        await writer.SetStudyAttributesAsync(study.Id, new() { User = AttributeSet.Empty.With("k", 1) }, Requests.Token);
        StudyDelta attribute = await reader.ReadAsync(study, report.Cursor);
        Assert.Empty(attribute.Trials);
        Assert.Equal(1, attribute.Study!.UserAttributes["k"].AsInt64());
    }

    [Fact]
    public async Task A_long_queue_is_followed_by_state_alone()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        await storage.AddTrialsAsync(study.Id, new() { RequestId = Guid.NewGuid(), Trials = [.. Enumerable.Range(0, 400).Select(i => Requests.Waiting(i))] }, Requests.Token);
        StudyDelta delta = await storage.ReadAsync(study);
        Assert.Equal(400, delta.Trials.Count);
        await storage.StartAsync(study, 300);
        delta = await storage.ReadAsync(study, delta.Cursor);
        Assert.Equal(Enumerable.Range(0, 300), delta.Trials.Select(trial => trial.Number));
        Assert.All(delta.Trials, trial => Assert.Equal(TrialState.Running, trial.State));
        Assert.Empty((await storage.ReadAsync(study, delta.Cursor)).Trials);
    }
}
