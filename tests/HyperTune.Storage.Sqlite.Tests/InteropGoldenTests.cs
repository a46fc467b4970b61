using System.Globalization;
using HyperTune.History;
using HyperTune.Testing;

namespace HyperTune.Storage.Sqlite.Tests;

/// <summary>Reads a database that Optuna made and compares all of it.</summary>
[Trait("Category", "Golden")]
public sealed class InteropGoldenTests
{
    [Fact]
    public async Task A_database_of_Optuna_reads_as_expected()
    {
        using var file = new SqliteFile(GoldenFile.PathOf("interop/optuna.db"));
        await using SqliteStorage storage = await file.OpenAsync();
        Assert.Equal(124, await new InteropExpectation("interop/expected.json").CompareAsync(storage, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_copied_study_reads_as_the_original()
    {
        using var source = new SqliteFile(GoldenFile.PathOf("interop/optuna.db"));
        using var target = new SqliteFile();
        await using SqliteStorage from = await source.OpenAsync();
        await using SqliteStorage to = await target.OpenAsync();
        foreach (StudySummary summary in await from.ListStudiesAsync(Requests.Token))
        {
            StudyRecord study = summary.Study;
            if (study.Name == "added-trials") continue; // Holds a running trial made from a template, which cannot be added.
            (StudyRecord made, TrialRecord[] ended) = await from.CopyAsync(study, to);
            StudyDelta copy = await to.ReadAsync(made);
            Assert.Equal(study.SystemAttributes, copy.Study!.SystemAttributes);
            Assert.Equal(ended.Length, copy.Trials.Count);
            foreach ((TrialRecord original, TrialRecord copied) in ended.Zip(copy.Trials))
            {
                Assert.Equal(original.Values, copied.Values);
                Assert.Equal(original.Parameters, copied.Parameters);
                Assert.Equal(original.IntermediateValues, copied.IntermediateValues);
                Assert.Equal(original.SystemAttributes, copied.SystemAttributes);
                Assert.Equal(original.UserAttributes, copied.UserAttributes);
                Assert.Equal((original.State, original.StartedAt, original.CompletedAt), (copied.State, copied.StartedAt, copied.CompletedAt));
            }
            // The very cells are Optuna's.
            const string cells = "SELECT p.param_name, p.param_value, typeof(p.param_value), p.distribution_json FROM trial_params p JOIN trials t USING (trial_id) "
                + "JOIN studies s USING (study_id) WHERE s.study_name = '{0}' AND t.state <> 'RUNNING' ORDER BY t.trial_id, p.param_id";
            string query = string.Format(CultureInfo.InvariantCulture, cells, study.Name.Replace("'", "''", StringComparison.Ordinal));
            Assert.Equal(source.Rows(query), target.Rows(query));
            const string reports = "SELECT i.step, i.intermediate_value, typeof(i.intermediate_value), i.intermediate_value_type FROM trial_intermediate_values i JOIN trials t USING (trial_id) "
                + "JOIN studies s USING (study_id) WHERE s.study_name = '{0}' AND t.state <> 'RUNNING' ORDER BY t.trial_id, i.step";
            query = string.Format(CultureInfo.InvariantCulture, reports, study.Name.Replace("'", "''", StringComparison.Ordinal));
            Assert.Equal(source.Rows(query), target.Rows(query));
        }
    }
}
