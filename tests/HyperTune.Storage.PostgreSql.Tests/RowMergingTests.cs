using HyperTune.Storage.Relational;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Storage.PostgreSql.Tests;

/// <summary>Rows that are written together are stored as they would be one by one.</summary>
public sealed class RowMergingTests(PostgresFixture fixture)
{
    private const string Insert = "INSERT INTO t (a, b, c) VALUES ($1, $2, $3::kind) ON CONFLICT (a, b) DO UPDATE SET c = excluded.c";

    [Fact]
    public void Rows_of_one_statement_become_arrays_where_the_first_of_them_stands()
    {
        SqlBatch batch = new SqlBatch().AddRow(Insert, 1L, "x", "K").Add("DELETE FROM u WHERE a < $1", 5L).AddRow(Insert, 2L, "x", "L");
        List<(string Sql, object?[] Values)> merged = RowMerging.Merge(batch);
        Assert.Equal(2, merged.Count);
        Assert.Equal("INSERT INTO t (a, b, c) SELECT r.v1, r.v2, r.v3::kind FROM unnest($1, $2, $3) AS r (v1, v2, v3) ON CONFLICT (a, b) DO UPDATE SET c = excluded.c", merged[0].Sql);
        Assert.Equal([new long[] { 1, 2 }, new[] { "x", "x" }, new[] { "K", "L" }], merged[0].Values);
        Assert.Equal("DELETE FROM u WHERE a < $1", merged[1].Sql);
    }

    [Fact]
    public void A_row_alone_and_a_row_whose_key_was_written_before_keep_their_statement()
    {
        SqlBatch batch = new SqlBatch().AddRow(Insert, 1L, "x", "K").AddRow(Insert, 1L, "x", "L");
        Assert.Equal([(Insert, "K"), (Insert, "L")], RowMerging.Merge(batch).Select(statement => (statement.Sql, (string)statement.Values[2]!)));
    }

    [Fact]
    public async Task A_group_is_stored_as_its_elements_one_by_one()
    {
        await using PostgresDatabase database = await fixture.CreateWithTablesAsync();
        await using PostgreSqlStorage storage = await database.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        IReadOnlyList<TrialRecord> trials = await storage.StartAsync(study, 2);
        TrialChanges[] group =
        [
            .. trials.Select(trial => new TrialChanges
            {
                Trial = trial.Id,
                IntermediateValues = [new(0, double.NaN), new(1, double.PositiveInfinity)],
                UserAttributes = AttributeSet.Empty.With("note", trial.Number),
            }),
            new() { Trial = trials[0].Id, IntermediateValues = [new(2, 0.5)], UserAttributes = AttributeSet.Empty.With("note", 7) },
            .. trials.Select(trial => Requests.Finish(trial)),
        ];
        Assert.All(await storage.WriteAsync(study.Id, group, Requests.Token), outcome => Assert.Equal(WriteOutcome.Stored, outcome));
        Assert.Equal(["1|0|NULL|NAN", "1|1|NULL|INF_POS", "1|2|0.5|FINITE", "2|0|NULL|NAN", "2|1|NULL|INF_POS"], await database.RowsAsync(
            "SELECT trial_id, step, intermediate_value, intermediate_value_type::text FROM trial_intermediate_values ORDER BY trial_id, step"));
        Assert.Equal(["1|7", "2|1"], await database.RowsAsync("SELECT trial_id, value_json FROM trial_user_attributes ORDER BY trial_id"));
        Assert.Equal(["COMPLETE", "COMPLETE"], await database.RowsAsync("SELECT state::text FROM trials ORDER BY trial_id"));
        Assert.Equal("2", await database.CellAsync("SELECT COUNT(*) FROM trial_values"));
    }

    [Fact]
    public async Task Reading_changes_finds_trials_by_index_whatever_the_prepared_plan_knows()
    {
        await using PostgresDatabase database = await fixture.CreateWithTablesAsync();
        await using PostgreSqlStorage storage = await database.OpenAsync();
        await storage.CreateAsync();
        await database.RunAsync("INSERT INTO trials (study_id, number, state) SELECT 1, i, 'COMPLETE' FROM generate_series(0, 9999) i");
        foreach (string sql in new Statements(new PostgreSqlDialect(PostgreSqlTimes.Utc)).TrialsAboveAndOfList!)
        {
            string plan = string.Join('\n', await database.RowsAsync(
                $"SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; PREPARE changes (bigint, bigint, int[]) AS {sql}; EXPLAIN EXECUTE changes (1, 9998, '{{5}}')"));
            Assert.Contains("(trial_id > $2)", plan, StringComparison.Ordinal);
            Assert.Contains("(trial_id = ANY (($0 || $3)))", plan, StringComparison.Ordinal);
            Assert.DoesNotContain("Filter", plan, StringComparison.Ordinal);
        }
    }
}
