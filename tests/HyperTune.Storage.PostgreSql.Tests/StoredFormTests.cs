using HyperTune.Storage.Relational;
using HyperTune.Testing;
using HyperTune.Trials;
using Microsoft.Extensions.Time.Testing;

namespace HyperTune.Storage.PostgreSql.Tests;

/// <summary>The very cells, as Optuna will read them, and what cannot become one.</summary>
public sealed class StoredFormTests(PostgresFixture fixture)
{
    [Fact]
    public async Task A_whole_trial_is_stored_as_Optuna_stores_it()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage storage = await database.OpenAsync();
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
            IntermediateValues = [new(0, 1), new(1, double.NaN), new(2, double.PositiveInfinity), new(3, double.NegativeInfinity), new(4, -0.0), new(int.MaxValue, double.Epsilon)],
            UserAttributes = AttributeSet.Empty.With("one", 1.0).With("nan", double.NaN).With("nothing", AttributeValue.Null).With("zero", "a\0b"),
        });
        await storage.WriteAsync(study, new TrialChanges
        {
            Trial = trial.Id,
            Parameters = [new("z", new FloatDistribution(1e-5, 1, log: true), 0.5)],
            IntermediateValues = [new(0, 2)],
            Finish = new() { State = TrialState.Complete, Values = [-0.0, double.PositiveInfinity], CompletedAt = Requests.Time.AddTicks(7), RequestId = Guid.NewGuid() },
        });
        Assert.Equal("Größe 🎯", await database.CellAsync("SELECT study_name FROM studies"));
        Assert.Equal(["0|MINIMIZE", "1|MAXIMIZE"], await database.RowsAsync("SELECT objective, direction::text FROM study_directions ORDER BY study_direction_id"));
        Assert.Equal("[\"\\u00e4\", \"b\"]", await database.CellAsync("SELECT value_json FROM study_system_attributes"));
        Assert.Equal("0|1|COMPLETE|2026-01-02 03:04:05.678900|2026-01-02 03:04:05.678900", await database.CellAsync("SELECT number, study_id, state::text, datetime_start, datetime_complete FROM trials"));
        Assert.Equal(
            [
                "z|0.001|{\"name\": \"FloatDistribution\", \"attributes\": {\"step\": null, \"low\": 1e-05, \"high\": 0.1, \"log\": true}}",
                "a|6|{\"name\": \"IntDistribution\", \"attributes\": {\"log\": false, \"step\": 3, \"low\": 0, \"high\": 9}}",
                "m|3|{\"name\": \"CategoricalDistribution\", \"attributes\": {\"choices\": [null, true, 7, 2.5, \"a\"]}}",
            ],
            await database.RowsAsync("SELECT param_name, param_value, distribution_json FROM trial_params ORDER BY param_id"));
        Assert.Equal(
            ["0|2|FINITE", "1|NULL|NAN", "2|NULL|INF_POS", "3|NULL|INF_NEG", "4|-0|FINITE", "2147483647|5E-324|FINITE"],
            await database.RowsAsync("SELECT step, intermediate_value, intermediate_value_type::text FROM trial_intermediate_values ORDER BY step"));
        Assert.Equal(["0|-0|FINITE", "1|NULL|INF_POS"], await database.RowsAsync("SELECT objective, value, value_type::text FROM trial_values ORDER BY objective"));
        Assert.Equal(["one|1.0", "nan|NaN", "nothing|null", "zero|\"a\\u0000b\""], await database.RowsAsync("SELECT key, value_json FROM trial_user_attributes ORDER BY trial_user_attribute_id"));
        Assert.Equal("1|t", await database.CellAsync("SELECT trial_id, CASE WHEN abs(extract(epoch FROM heartbeat - now()::timestamp)) < 60 THEN 't' ELSE 'f' END FROM trial_heartbeats"));
        TrialRecord read = Assert.Single((await storage.ReadAsync(study)).Trials);
        Assert.True(double.IsNegative(read.Values[0]));
        Assert.Equal("a\0b", read.UserAttributes["zero"].AsString());
        Assert.Equal(["z", "a", "m"], read.Parameters.Names);
    }

    [Fact]
    public async Task Local_times_are_read_and_written_for_workers_of_Optuna_4()
    {
        var clock = new FakeTimeProvider(Requests.Time);
        clock.SetLocalTimeZone(TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(3), "test", "test"));
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage storage = await database.OpenAsync(new() { TimeProvider = clock, Times = TimeReading.Local });
        StudyRecord study = await storage.CreateAsync();
        await storage.StartAsync(study);
        Assert.Equal("2026-01-02 06:04:05.678900", await database.CellAsync("SELECT datetime_start FROM trials"));
        Assert.Equal(Requests.Time, Assert.Single((await storage.ReadAsync(study)).Trials).StartedAt);
    }

    [Theory]
    [InlineData("Europe/Berlin")]
    [InlineData("America/New_York")]
    public async Task Leases_do_not_depend_on_the_sessions_time_zone(string zone)
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await database.RunAsync($"ALTER DATABASE \"{database.Name}\" SET timezone = '{zone}'");
        await using PostgreSqlStorage storage = await database.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        await storage.StartAsync(study, 2);
        // As Optuna writes it: the session's clock without its zone.
        await database.RunAsync("UPDATE trial_heartbeats SET heartbeat = CURRENT_TIMESTAMP - interval '90 seconds' WHERE trial_id = 1");
        Assert.Empty(await storage.TakeBackAsync(study.Id, new(TimeSpan.FromSeconds(120), 0), Requests.Token));
        Assert.Equal(0, Assert.Single(await storage.TakeBackAsync(study.Id, new(TimeSpan.FromSeconds(60), 0), Requests.Token)).Number);
    }

    [Fact]
    public async Task Large_and_hostile_texts_come_back_as_they_went()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage storage = await database.OpenAsync();
        string name = string.Concat(Enumerable.Repeat("'\"\\;--%$1🚀", 50))[..512];
        StudyRecord study = await storage.CreateStudyAsync(new() { Name = name, Directions = [Direction.Minimize] }, Requests.Token);
        TrialRecord trial = Assert.Single(await storage.StartAsync(study));
        AttributeValue deep = AttributeValue.Array([1.0, double.NaN]);
        for (int i = 0; i < 50; i++) deep = AttributeValue.Object(("'$1\"", deep), ("\ud83d\ude80", AttributeValue.Array([deep.Kind == AttributeKind.Array ? deep : 1])));
        AttributeSet attributes = AttributeSet.Empty.With("large", new string('ä', 1 << 20)).With("deep", deep).With("lone", "\ud800").With(name, "'); DROP TABLE trials; --");
        var choice = new Parameter("'; DROP TABLE trials; --", new CategoricalDistribution(["$1", "\\", "'", double.NaN, double.PositiveInfinity]), 2);
        Assert.Equal(WriteOutcome.Stored, await storage.WriteAsync(study, new TrialChanges { Trial = trial.Id, Parameters = [choice], UserAttributes = attributes }));
        Assert.Equal(WriteOutcome.Stored, await storage.WriteAsync(study, Requests.Finish(trial)));
        await using PostgreSqlStorage again = await database.OpenAsync();
        StudyRecord found = (await again.FindStudyAsync(name, Requests.Token))!;
        TrialRecord read = Assert.Single((await again.ReadAsync(found)).Trials);
        Assert.Equal(attributes, read.UserAttributes);
        Assert.Equal("'", Assert.Single(read.Parameters).External);
    }

    [Fact]
    public async Task What_cannot_be_stored_is_refused_and_leaves_nothing()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage storage = await database.OpenAsync();
        foreach (string name in new[] { "a\0b", new string('x', 513), "\ud800" })
        {
            await Assert.ThrowsAnyAsync<ArgumentException>(async () => await storage.CreateStudyAsync(new() { Name = name, Directions = [Direction.Minimize] }, Requests.Token));
        }
        StudyRecord study = await storage.CreateAsync();
        TrialRecord trial = Assert.Single(await storage.StartAsync(study));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => storage.WriteAsync(study, new TrialChanges { Trial = trial.Id, IntermediateValues = [new(1L << 31, 1)] }));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => storage.WriteAsync(study, new TrialChanges { Trial = trial.Id, UserAttributes = AttributeSet.Empty.With("a\0", 1) }));
        Assert.Equal("1|0|0", await database.CellAsync("SELECT (SELECT COUNT(*) FROM studies), (SELECT COUNT(*) FROM trial_intermediate_values), (SELECT COUNT(*) FROM trial_user_attributes)"));
    }

    [Theory]
    [InlineData("UPDATE trial_params SET distribution_json = '{' WHERE trial_id = 1", "trial_params.distribution_json")]
    [InlineData("UPDATE trial_params SET param_value = NULL WHERE trial_id = 1", "trial_params.param_value")]
    [InlineData("UPDATE trial_user_attributes SET value_json = NULL WHERE trial_id = 1", "trial_user_attributes.value_json")]
    [InlineData("UPDATE trial_values SET value_type = 'FINITE', value = 'NaN' WHERE trial_id = 1", "trial_values.value")]
    [InlineData("UPDATE trials SET number = NULL WHERE trial_id = 1", "trials.number")]
    [InlineData("DELETE FROM trial_values WHERE trial_id = 1", "trial_values.objective")]
    public async Task A_cell_that_cannot_be_read_takes_out_its_trial_alone(string damage, string column)
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage storage = await database.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        foreach (TrialRecord trial in await storage.StartAsync(study, 3))
        {
            await storage.WriteAsync(study, Requests.Finish(trial, 1, new Parameter("x", new FloatDistribution(0, 1), 0.5)) with { UserAttributes = AttributeSet.Empty.With("a", 1) });
        }
        await database.RunAsync(damage);
        HyperTune.History.StudyDelta delta = await storage.ReadAsync(study);
        Assert.Equal(column, Assert.Single(delta.Unreadable).Column);
        Assert.Equal([1, 2], delta.Trials.Select(trial => trial.Number));
    }

    [Fact]
    public async Task Dates_at_the_ends_of_time_do_not_end_the_reading()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await using PostgreSqlStorage storage = await database.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        await storage.StartAsync(study, 4);
        await database.RunAsync(
            """
            UPDATE trials SET datetime_start = '0001-01-01' WHERE trial_id = 1;
            UPDATE trials SET datetime_start = '9999-12-31 23:59:59.999999' WHERE trial_id = 2;
            UPDATE trials SET datetime_start = '4713-01-01 BC' WHERE trial_id = 3;
            UPDATE trials SET datetime_start = 'infinity' WHERE trial_id = 4;
            """);
        HyperTune.History.StudyDelta delta = await storage.ReadAsync(study);
        Assert.Equal([(2, "trials.datetime_start"), (3, "trials.datetime_start")], delta.Unreadable.Select(trial => (trial.Number!.Value, trial.Column)));
        Assert.Equal([DateTimeOffset.MinValue, new DateTimeOffset(DateTime.MaxValue.Ticks - 9, TimeSpan.Zero)], delta.Trials.Select(trial => trial.StartedAt!.Value));
    }
}
