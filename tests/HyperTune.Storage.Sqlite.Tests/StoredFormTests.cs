using HyperTune.Storage.Relational;
using HyperTune.Testing;
using HyperTune.Trials;
using Microsoft.Extensions.Time.Testing;

namespace HyperTune.Storage.Sqlite.Tests;

/// <summary>The very cells, as Optuna will read them.</summary>
public sealed class StoredFormTests
{
    [Fact]
    public async Task A_whole_trial_is_stored_as_Optuna_stores_it()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 5, 6, 7, 8, 9, 10, TimeSpan.Zero));
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync(new() { TimeProvider = clock });
        StudyRecord study = await storage.CreateStudyAsync(
            new()
            {
                Name = "Größe 🎯",
                Directions = [Direction.Minimize, Direction.Maximize],
                SystemAttributes = AttributeSet.Empty.With("study:metric_names", new[] { "ä", "b" }),
            },
            Requests.Token);
        TrialRecord trial = Assert.Single(await storage.StartAsync(study));
        await storage.WriteAsync(study, new TrialChanges
        {
            Trial = trial.Id,
            Parameters =
            [
                new("z", new FloatDistribution(1e-5, 0.1, log: true), 0.001),
                new("a", new IntDistribution(0, 9, step: 3), 6),
                new("m", new CategoricalDistribution([null, true, 7, 2.5, "a"]), 3),
            ],
            IntermediateValues = [new(0, 1), new(1, double.NaN), new(2, double.PositiveInfinity), new(3, double.NegativeInfinity), new(int.MaxValue, 0.1)],
            UserAttributes = AttributeSet.Empty.With("one", 1.0).With("nan", double.NaN).With("nothing", AttributeValue.Null),
        });
        await storage.WriteAsync(study, new TrialChanges
        {
            Trial = trial.Id,
            Parameters = [new("z", new FloatDistribution(1e-5, 1, log: true), 0.5)],
            IntermediateValues = [new(0, 2)],
            Finish = new() { State = TrialState.Complete, Values = [-1, double.PositiveInfinity], CompletedAt = Requests.Time.AddTicks(7), RequestId = Guid.NewGuid() },
        });
        Assert.Equal("Größe 🎯", file.Cell("SELECT study_name FROM studies"));
        Assert.Equal(["0|MINIMIZE", "1|MAXIMIZE"], file.Rows("SELECT objective, direction FROM study_directions ORDER BY study_direction_id"));
        Assert.Equal("[\"\\u00e4\", \"b\"]", file.Cell("SELECT value_json FROM study_system_attributes"));
        Assert.Equal(
            "0|1|COMPLETE|2026-01-02 03:04:05.678900|2026-01-02 03:04:05.678900|text|text",
            file.Cell("SELECT number, study_id, state, datetime_start, datetime_complete, typeof(datetime_start), typeof(datetime_complete) FROM trials"));
        Assert.Equal(
            [
                "z|0.001|real|{\"name\": \"FloatDistribution\", \"attributes\": {\"step\": null, \"low\": 1e-05, \"high\": 0.1, \"log\": true}}",
                "a|6|real|{\"name\": \"IntDistribution\", \"attributes\": {\"log\": false, \"step\": 3, \"low\": 0, \"high\": 9}}",
                "m|3|real|{\"name\": \"CategoricalDistribution\", \"attributes\": {\"choices\": [null, true, 7, 2.5, \"a\"]}}",
            ],
            file.Rows("SELECT param_name, param_value, typeof(param_value), distribution_json FROM trial_params ORDER BY param_id"));
        Assert.Equal(
            ["0|2|FINITE", "1|NULL|NAN", "2|NULL|INF_POS", "3|NULL|INF_NEG", "2147483647|0.1|FINITE"],
            file.Rows("SELECT step, intermediate_value, intermediate_value_type FROM trial_intermediate_values ORDER BY step"));
        Assert.Equal(["0|-1|FINITE|real", "1|NULL|INF_POS|null"], file.Rows("SELECT objective, value, value_type, typeof(value) FROM trial_values ORDER BY objective"));
        Assert.Equal(["one|1.0", "nan|NaN", "nothing|null"], file.Rows("SELECT \"key\", value_json FROM trial_user_attributes ORDER BY trial_user_attribute_id"));
        Assert.Equal("1|2026-05-06 07:08:09.010000|text", file.Cell("SELECT trial_id, heartbeat, typeof(heartbeat) FROM trial_heartbeats"));
        TrialRecord read = Assert.Single((await storage.ReadAsync(study)).Trials);
        Assert.Equal([-1, double.PositiveInfinity], read.Values);
        Assert.Equal(["z", "a", "m"], read.Parameters.Names);
    }

    [Fact]
    public async Task Local_times_are_read_and_written_for_workers_of_Optuna_4()
    {
        var clock = new FakeTimeProvider(Requests.Time);
        clock.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(3), "test", "test"));
        using var file = new SqliteFile();
        var options = new SqliteStorageOptions { TimeProvider = clock, Times = TimeReading.Local };
        await using SqliteStorage storage = await file.OpenAsync(options);
        StudyRecord study = await storage.CreateAsync();
        await storage.StartAsync(study);
        Assert.Equal("2026-01-02 06:04:05.678900", file.Cell("SELECT datetime_start FROM trials"));
        Assert.Equal("2026-01-02 03:04:05.678900", file.Cell("SELECT heartbeat FROM trial_heartbeats"));
        Assert.Equal(Requests.Time, Assert.Single((await storage.ReadAsync(study)).Trials).StartedAt);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Empty(await storage.TakeBackAsync(study.Id, new(TimeSpan.FromSeconds(6), 0), Requests.Token));
        Assert.Single(await storage.TakeBackAsync(study.Id, new(TimeSpan.FromSeconds(4), 0), Requests.Token));
    }

    [Fact]
    public async Task A_heartbeat_of_Optuna_has_whole_seconds()
    {
        var clock = new FakeTimeProvider(Requests.Time);
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync(new() { TimeProvider = clock });
        StudyRecord study = await storage.CreateAsync();
        await storage.StartAsync(study, isLeased: false);
        file.Run("INSERT INTO trial_heartbeats (trial_id, heartbeat) VALUES (1, '2026-01-02 03:04:05')");
        Assert.Empty(await storage.TakeBackAsync(study.Id, new(TimeSpan.FromSeconds(1), 0), Requests.Token));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Single(await storage.TakeBackAsync(study.Id, new(TimeSpan.FromSeconds(1), 0), Requests.Token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    public async Task Rows_of_trials_that_ran_side_by_side_are_told_apart(int trialsOfAnotherStudy)
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        IReadOnlyList<TrialRecord> trials = await storage.StartAsync(study, 3);
        if (trialsOfAnotherStudy > 0) await storage.StartAsync(await storage.CreateAsync("other"), trialsOfAnotherStudy);
        Distribution x = new FloatDistribution(0, 10);
        foreach (string name in new[] { "z", "a", "m" })
        {
            foreach (TrialRecord trial in trials.Reverse()) await storage.WriteAsync(study, new TrialChanges { Trial = trial.Id, Parameters = [new(name, x, trial.Number + (name[0] / 256.0))] });
        }
        HyperTune.History.StudyDelta delta = await storage.ReadAsync(study);
        Assert.All(delta.Trials, trial => Assert.Equal(["z", "a", "m"], trial.Parameters.Names));
        Assert.All(delta.Trials, trial => Assert.Equal([trial.Number + ('z' / 256.0), trial.Number + ('a' / 256.0), trial.Number + ('m' / 256.0)], trial.Parameters.Values.ToArray()));
        // Read in another way, the trials look the same, and so are not said to have changed.
        await storage.StartAsync(study);
        Assert.Equal(3, Assert.Single((await storage.ReadAsync(study, delta.Cursor)).Trials).Number);
    }

    [Theory]
    [InlineData("2026-01-02 03:04:05", true)]
    [InlineData("2026-01-02 03:04:05.123456", true)]
    [InlineData("0001-01-01 00:00:00.000000", true)]
    [InlineData("9999-12-31 23:59:59.999999", true)]
    [InlineData("2024-02-29 00:00:00", true)]
    [InlineData("2026-02-29 00:00:00", false)]
    [InlineData("2026-01-02 03:04:05.5", false)]
    [InlineData("2026-01-02 03:04:05.1234567", false)]
    [InlineData("2026-01-02T03:04:05", false)]
    [InlineData("2026-01-02 24:00:00", false)]
    [InlineData("2026-13-02 03:04:05", false)]
    [InlineData("2026-01-02 03:04:0x", false)]
    [InlineData("", false)]
    public void Times_have_no_fraction_or_six_digits(string text, bool isTime)
    {
        Assert.Equal(isTime, SqliteTimes.Utc.TryParse(text, out DateTimeOffset time));
        if (isTime) Assert.StartsWith(text, SqliteTimes.Utc.ToText(time), StringComparison.Ordinal);
    }
}
