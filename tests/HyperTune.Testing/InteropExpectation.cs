using System.Globalization;
using System.Text.Json;
using HyperTune.History;
using HyperTune.Storage;

namespace HyperTune.Testing;

/// <summary>What has to be read from a storage: the neutral JSON of the interop fixtures (see tests/GoldenData/interop/README.md).</summary>
/// <param name="path">A file of the golden folder, such as <c>interop/expected.json</c>.</param>
/// <param name="isSameStorage">Whether the ids of studies and trials are compared too: not for a copy in another storage.</param>
public sealed class InteropExpectation(string path, bool isSameStorage = true)
{
    /// <summary>Asserts that a storage holds exactly the studies and trials of the file.</summary>
    /// <returns>The number of trials that were compared.</returns>
    public async Task<int> CompareAsync(IStorage storage, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(storage);
        using JsonDocument expected = GoldenFile.Open(path);
        IReadOnlyList<StudySummary> list = await storage.ListStudiesAsync(cancellationToken).ConfigureAwait(false);
        JsonElement studies = expected.RootElement.GetProperty("studies");
        Assert.Equal(studies.EnumerateArray().Select(study => study.GetProperty("name").GetString()), list.Select(summary => summary.Study.Name));
        int trials = 0;
        foreach ((JsonElement study, StudySummary summary) in studies.EnumerateArray().Zip(list))
            trials += await CompareAsync(storage, study, summary, cancellationToken).ConfigureAwait(false);
        return trials;
    }

    private async Task<int> CompareAsync(IStorage storage, JsonElement expected, StudySummary summary, CancellationToken cancellationToken)
    {
        string name = expected.GetProperty("name").GetString()!;
        StudyRecord? found = await storage.FindStudyAsync(name, cancellationToken).ConfigureAwait(false);
        Assert.NotNull(found);
        StudyDelta delta = await storage.ReadAsync(found.Id, StudyCursor.Start, cancellationToken).ConfigureAwait(false);
        Assert.Empty(delta.Unreadable);
        foreach (StudyRecord study in new[] { found, delta.Study!, summary.Study })
        {
            if (isSameStorage) Assert.Equal(expected.GetProperty("study_id").GetInt64(), study.Id.Value);
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

    private void Compare(JsonElement expected, TrialRecord trial, string what)
    {
        if (isSameStorage) Assert.Equal(expected.GetProperty("trial_id").GetInt64(), trial.Id.Value);
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
