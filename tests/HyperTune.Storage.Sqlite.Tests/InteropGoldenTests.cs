using System.Globalization;
using System.Text.Json;
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
        using JsonDocument expected = GoldenFile.Open("interop/expected.json");
        IReadOnlyList<StudySummary> list = await storage.ListStudiesAsync(TestContext.Current.CancellationToken);
        JsonElement studies = expected.RootElement.GetProperty("studies");
        Assert.Equal(studies.EnumerateArray().Select(study => study.GetProperty("name").GetString()), list.Select(summary => summary.Study.Name));
        int trials = 0;
        foreach ((JsonElement study, StudySummary summary) in studies.EnumerateArray().Zip(list)) trials += await CompareAsync(storage, study, summary);
        Assert.Equal(124, trials);
    }

    [Fact]
    public async Task A_copied_study_reads_as_the_original()
    {
        using var source = new SqliteFile(GoldenFile.PathOf("interop/optuna.db"));
        using var target = new SqliteFile();
        await using SqliteStorage from = await source.OpenAsync();
        await using SqliteStorage to = await target.OpenAsync();
        CancellationToken token = TestContext.Current.CancellationToken;
        foreach (StudySummary summary in await from.ListStudiesAsync(token))
        {
            StudyRecord study = summary.Study;
            if (study.Name == "added-trials") continue; // Holds a running trial made from a template, which cannot be added.
            StudyDelta read = await from.ReadAsync(study.Id, StudyCursor.Start, token);
            TrialRecord[] ended = [.. read.Trials.Where(trial => trial.State != TrialState.Running)];
            StudyRecord made = await to.CreateStudyAsync(
                new() { Name = study.Name, Directions = study.Directions, UserAttributes = study.UserAttributes, SystemAttributes = study.SystemAttributes }, token);
            await to.AddTrialsAsync(made.Id, new() { RequestId = Guid.NewGuid(), Trials = [.. ended.Select(ToTemplate)] }, token);
            StudyDelta copy = await to.ReadAsync(made.Id, StudyCursor.Start, token);
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
        static Trials.TrialTemplate ToTemplate(TrialRecord trial) => new()
        {
            State = trial.State,
            Values = trial.Values,
            Parameters = trial.Parameters,
            IntermediateValues = trial.IntermediateValues,
            UserAttributes = trial.UserAttributes,
            SystemAttributes = trial.SystemAttributes,
            StartedAt = trial.StartedAt,
            CompletedAt = trial.CompletedAt,
        };
    }

    private static async Task<int> CompareAsync(SqliteStorage storage, JsonElement expected, StudySummary summary)
    {
        string name = expected.GetProperty("name").GetString()!;
        StudyRecord? found = await storage.FindStudyAsync(name, TestContext.Current.CancellationToken);
        Assert.NotNull(found);
        StudyDelta delta = await storage.ReadAsync(found.Id, StudyCursor.Start, TestContext.Current.CancellationToken);
        Assert.Empty(delta.Unreadable);
        foreach (StudyRecord study in new[] { found, delta.Study!, summary.Study })
        {
            Assert.Equal(expected.GetProperty("study_id").GetInt64(), study.Id.Value);
            Assert.Equal(name, study.Name);
            Assert.Equal(expected.GetProperty("directions").EnumerateArray().Select(direction => direction.GetString()), study.Directions.Select(direction => direction.ToString().ToUpperInvariant()));
            Same(expected.GetProperty("user_attrs"), study.UserAttributes, name);
            Same(expected.GetProperty("system_attrs"), study.SystemAttributes, name);
        }
        Assert.Equal(expected.GetProperty("n_trials").GetInt32(), summary.TrialCount);
        JsonElement trials = expected.GetProperty("trials");
        Assert.Equal(trials.GetArrayLength(), delta.Trials.Count);
        foreach ((JsonElement trial, TrialRecord record) in trials.EnumerateArray().Zip(delta.Trials)) Compare(trial, record, $"{name} {record.Number}");
        return delta.Trials.Count;
    }

    private static void Compare(JsonElement expected, TrialRecord trial, string what)
    {
        Assert.Equal(expected.GetProperty("trial_id").GetInt64(), trial.Id.Value);
        Assert.Equal(expected.GetProperty("number").GetInt32(), trial.Number);
        string state = trial.State == TrialState.Failed ? "FAIL" : trial.State.ToString().ToUpperInvariant();
        Assert.Equal(expected.GetProperty("state").GetString(), state);
        JsonElement values = expected.GetProperty("values");
        Assert.Equal(values.ValueKind == JsonValueKind.Null ? [] : [.. values.EnumerateArray().Select(Number)], trial.Values);
        Assert.Equal(Time(expected.GetProperty("datetime_start")), trial.StartedAt);
        Assert.Equal(Time(expected.GetProperty("datetime_complete")), trial.CompletedAt);
        JsonElement[] parameters = [.. expected.GetProperty("params").EnumerateArray()];
        Assert.Equal(parameters.Select(parameter => parameter.GetProperty("name").GetString()), trial.Parameters.Names);
        foreach ((JsonElement parameter, Parameter read) in parameters.Zip(trial.Parameters))
        {
            Assert.Equal(Number(parameter.GetProperty("internal")), read.Value);
            Same(parameter.GetProperty("value"), AttributeValue.From(read.External), $"{what} {read.Name}");
            Assert.Equal(parameter.GetProperty("distribution").GetProperty("json").GetString(), read.Distribution.ToJson());
        }
        JsonElement[] reports = [.. expected.GetProperty("intermediate_values").EnumerateArray()];
        Assert.Equal(reports.Select(report => report.GetProperty("step").GetInt64()), trial.IntermediateValues.Steps.ToArray());
        Assert.Equal(reports.Select(report => Number(report.GetProperty("value"))), trial.IntermediateValues.Values.ToArray());
        Assert.Equal(
            expected.GetProperty("constraints").EnumerateObject().ToDictionary(constraint => constraint.Name, constraint => Number(constraint.Value)),
            trial.Constraints.ToDictionary());
        Same(expected.GetProperty("user_attrs"), trial.UserAttributes, what);
        Same(expected.GetProperty("system_attrs"), trial.SystemAttributes, what);
    }

    private static void Same(JsonElement expected, AttributeSet actual, string what)
    {
        Assert.Equal(expected.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach (JsonProperty member in expected.EnumerateObject()) Same(member.Value, actual[member.Name], $"{what} {member.Name}");
    }

    private static void Same(JsonElement expected, AttributeValue actual, string what)
    {
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object when expected.TryGetProperty("$float", out _):
                Assert.True(actual.Kind == AttributeKind.Number, what);
                Assert.Equal(Number(expected), actual.AsDouble());
                break;
            case JsonValueKind.Object:
                Assert.True(actual.Kind == AttributeKind.Object, what);
                Assert.Equal(expected.EnumerateObject().Count(), actual.Members.Count);
                foreach (JsonProperty member in expected.EnumerateObject())
                {
                    Assert.True(actual.TryGetMember(member.Name, out AttributeValue? value), what);
                    Same(member.Value, value, what);
                }
                break;
            case JsonValueKind.Array:
                Assert.True(actual.Kind == AttributeKind.Array, what);
                Assert.Equal(expected.GetArrayLength(), actual.Items.Count);
                foreach ((JsonElement item, AttributeValue value) in expected.EnumerateArray().Zip(actual.Items)) Same(item, value, what);
                break;
            case JsonValueKind.Number when expected.GetRawText().IndexOfAny(['.', 'e', 'E']) < 0:
                Assert.True(actual.Kind == AttributeKind.Integer, what);
                Assert.Equal(expected.GetRawText(), actual.ToJson());
                break;
            case JsonValueKind.Number:
                Assert.True(actual.Kind == AttributeKind.Number, what);
                Assert.Equal(expected.GetDouble(), actual.AsDouble());
                break;
            case JsonValueKind.String:
                Assert.Equal(expected.GetString(), actual.AsString());
                break;
            default:
                Assert.Equal(expected.GetRawText(), actual.ToJson());
                break;
        }
    }

    private static double Number(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object ? element.GetProperty("$float").Number() : element.GetDouble();

    private static DateTimeOffset? Time(JsonElement element) =>
        element.ValueKind == JsonValueKind.Null ? null : DateTimeOffset.Parse(element.GetString()!, CultureInfo.InvariantCulture);
}
