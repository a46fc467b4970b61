using HyperTune.History;
using HyperTune.Testing;
using HyperTune.Trials;
using SQLitePCL;

namespace HyperTune.Storage.Sqlite.Tests;

/// <summary>What a trial costs as SQLite itself counts it, on files with few and with many trials.</summary>
public sealed class CostTests
{
    private const int Measured = 40;

    /// <summary>All that one trial asks for: with one handle a storage knows its own writes, with two it has to look at the tables.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_trial_costs_the_same_whatever_is_stored(int handles)
    {
        Cost few = await MeasureAsync(handles, past: 20, parameters: 3), many = await MeasureAsync(handles, past: 4000, parameters: 3);

        Assert.Equal((few.Statements, few.Transactions, 0), (many.Statements, many.Transactions, many.ScannedRows));
        // A deeper tree takes some steps more; a look at each of the trials would take hundreds of times as many.
        Assert.InRange(many.Steps, few.Steps / 2, few.Steps * 1.5);
    }

    [Fact]
    public async Task A_parameter_costs_a_row_and_nothing_else()
    {
        Cost one = await MeasureAsync(2, past: 20, parameters: 1), ten = await MeasureAsync(2, past: 20, parameters: 10);

        Assert.Equal(one.Transactions, ten.Transactions);
        Assert.Equal(one.Statements + (9 * Measured), ten.Statements);
    }

    /// <summary>A name that the study has not had must not be looked for in all of its trials.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_new_name_costs_the_same_whatever_is_stored(int handles)
    {
        Cost few = await MeasureAsync(handles, past: 20, parameters: 1, newNames: true), many = await MeasureAsync(handles, past: 4000, parameters: 1, newNames: true);

        Assert.Equal((few.Statements, few.Transactions, 0), (many.Statements, many.Transactions, many.ScannedRows));
        Assert.InRange(many.Steps, few.Steps / 2, few.Steps * 1.5);
    }

    private sealed record Cost(long Statements, long Transactions, long ScannedRows, double Steps);

    private static async Task<Cost> MeasureAsync(int handles, int past, int parameters, bool newNames = false)
    {
        using var file = new SqliteFile();
        var storages = new SqliteStorage[handles];
        for (int i = 0; i < handles; i++) storages[i] = await file.OpenAsync();
        StudyRecord study = await storages[0].CreateAsync();
        TrialTemplate[] finished = [.. Enumerable.Range(0, past).Select(i => new TrialTemplate
        {
            State = i % 7 == 0 ? TrialState.Failed : TrialState.Complete,
            Values = i % 7 == 0 ? [] : [i],
            Parameters = ParameterSet.Of(Drawn(i, parameters)),
            UserAttributes = AttributeSet.Empty.With("note", i),
            StartedAt = Requests.Time,
            CompletedAt = Requests.Time,
        })];
        await storages[0].AddTrialsAsync(study.Id, new() { Trials = finished, RequestId = Guid.NewGuid() }, Requests.Token);
        var cursors = new StudyCursor[handles];
        for (int i = 0; i < handles; i++) cursors[i] = (await storages[i].ReadAsync(study)).Cursor;
        // What is done once, such as looking up names and reading the whole study, is not counted.
        for (int i = 0; i < 2 * handles; i++) await TrialAsync(i);
        Take(storages);
        long commits = storages.Sum(storage => storage.Writer.Writes);

        for (int i = 0; i < Measured; i++) await TrialAsync(i);

        (long statements, long scanned, long steps) = Take(storages);
        commits = storages.Sum(storage => storage.Writer.Writes) - commits;
        foreach (SqliteStorage storage in storages) await storage.DisposeAsync();
        return new Cost(statements, commits, scanned, steps);

        async Task TrialAsync(int i)
        {
            SqliteStorage storage = storages[i % handles];
            await storage.AddTrialsAsync(study.Id, new() { Trials = [Requests.Waiting(i)], RequestId = Guid.NewGuid() }, Requests.Token);
            TrialRecord trial = Assert.Single(await storage.StartTrialsAsync(study.Id, Requests.Start(total: 100_000), Requests.Token));
            cursors[i % handles] = (await storage.ReadAsync(study, cursors[i % handles])).Cursor;
            Assert.Equal(WriteOutcome.Stored, await storage.WriteAsync(study, new() { Trial = trial.Id, IntermediateValues = [new(1, 0.5)], SystemAttributes = AttributeSet.Empty.With("s", 1) }));
            Assert.Equal([WriteOutcome.Stored], await storage.RenewLeasesAsync(study.Id, [trial.Id], Requests.Token));
            Assert.Empty(await storage.TakeBackAsync(study.Id, new LeaseRules(TimeSpan.FromMinutes(1), 1), Requests.Token));
            Parameter[] drawn = newNames ? [.. Drawn(i, parameters), new($"new {i}", new FloatDistribution(0, 1), 0.5)] : Drawn(i, parameters);
            TrialChanges end = Requests.Finish(trial, i, drawn) with { Study = new() { System = AttributeSet.Empty.With("generation", i) } };
            (IReadOnlyList<WriteOutcome> outcomes, IReadOnlyList<TrialRecord> next, _) = await storage.WriteAndStartAsync(study.Id, [end], Requests.Start(), StudyCursor.Start, Requests.Token);
            Assert.Equal([WriteOutcome.Stored], outcomes);
            Assert.Equal(WriteOutcome.Stored, await storage.WriteAsync(study, Requests.Finish(Assert.Single(next))));
            cursors[i % handles] = (await storage.ReadAsync(study, cursors[i % handles])).Cursor;
        }
    }

    private static Parameter[] Drawn(int i, int count) => [.. Enumerable.Range(0, count).Select(k => new Parameter($"p{k}", new FloatDistribution(0, 1_000_000), i))];

    /// <summary>What SQLite counted in the statements of all handles since the last time: runs, rows of tables that were gone through from end to end, and steps of its machine.</summary>
    private static (long Runs, long Scanned, long Steps) Take(SqliteStorage[] storages)
    {
        const int fullScanStep = 1, vmStep = 4, run = 6;
        (long runs, long scanned, long steps) = (0, 0, 0);
        foreach (sqlite3_stmt statement in storages.SelectMany(storage => storage.Writer.Prepared))
        {
            runs += raw.sqlite3_stmt_status(statement, run, 1);
            scanned += raw.sqlite3_stmt_status(statement, fullScanStep, 1);
            steps += raw.sqlite3_stmt_status(statement, vmStep, 1);
        }
        return (runs, scanned, steps);
    }
}
