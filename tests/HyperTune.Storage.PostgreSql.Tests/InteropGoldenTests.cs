using HyperTune.Testing;

namespace HyperTune.Storage.PostgreSql.Tests;

/// <summary>Reads a database that Optuna made, and writes one that it could have made.</summary>
[Trait("Category", "Golden")]
public sealed class InteropGoldenTests(PostgresFixture fixture)
{
    [Fact]
    public async Task A_database_of_Optuna_reads_as_expected()
    {
        await using PostgresDatabase database = await fixture.CreateDatabaseAsync();
        await database.LoadOptunasAsync();
        await using PostgreSqlStorage storage = await database.OpenAsync();
        Assert.Equal(124, await new InteropExpectation("interop/expected.json").CompareAsync(storage, Requests.Token));
    }

    [Fact]
    public async Task A_copied_study_has_the_very_cells_of_Optuna()
    {
        await using PostgresDatabase source = await fixture.CreateDatabaseAsync(), target = await fixture.CreateDatabaseAsync();
        await source.LoadOptunasAsync();
        await using PostgreSqlStorage from = await source.OpenAsync(), to = await target.OpenAsync();
        int copied = 0;
        foreach (StudySummary summary in await from.ListStudiesAsync(Requests.Token))
        {
            StudyRecord study = summary.Study;
            // Holds a running trial made from a template, which cannot be added.
            if (study.Name == "added-trials") continue;
            copied += (await from.CopyAsync(study, to)).Trials.Length;
        }
        Assert.Equal(113, copied);
        const string of = " JOIN studies s USING (study_id) WHERE s.study_name <> 'added-trials'", ofTrials = " JOIN trials t USING (trial_id)" + of + " AND t.state <> 'RUNNING'";
        foreach (string query in new[]
        {
            "SELECT study_name, objective, direction::text FROM study_directions" + of + " ORDER BY study_name, objective",
            "SELECT study_name, key, value_json FROM study_user_attributes" + of + " ORDER BY study_name, study_user_attribute_id",
            "SELECT study_name, key, value_json FROM study_system_attributes" + of + " ORDER BY study_name, study_system_attribute_id",
            "SELECT study_name, state::text, datetime_start, datetime_complete FROM trials t" + of + " AND state <> 'RUNNING' ORDER BY study_name, trial_id",
            "SELECT study_name, param_name, param_value, distribution_json FROM trial_params" + ofTrials + " ORDER BY study_name, t.trial_id, param_id",
            "SELECT study_name, objective, value, value_type::text FROM trial_values" + ofTrials + " ORDER BY study_name, t.trial_id, objective",
            "SELECT study_name, step, intermediate_value, intermediate_value_type::text FROM trial_intermediate_values" + ofTrials + " ORDER BY study_name, t.trial_id, step",
            "SELECT study_name, key, value_json FROM trial_user_attributes" + ofTrials + " ORDER BY study_name, t.trial_id, trial_user_attribute_id",
            "SELECT study_name, key, value_json FROM trial_system_attributes" + ofTrials + " ORDER BY study_name, t.trial_id, trial_system_attribute_id",
        })
        {
            // Distributions under names of old versions are written under those of today.
            string cells = query.Replace("WHERE ", query.Contains("distribution_json", StringComparison.Ordinal) ? "WHERE s.study_name <> 'legacy-distributions' AND " : "WHERE ", StringComparison.Ordinal);
            List<string> expected = await source.RowsAsync(cells);
            Assert.NotEmpty(expected);
            Assert.Equal(expected, await target.RowsAsync(cells));
        }
    }
}
