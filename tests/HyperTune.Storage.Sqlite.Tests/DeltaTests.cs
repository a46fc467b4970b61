using HyperTune.History;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Storage.Sqlite.Tests;

/// <summary>Deltas that are answered without reading all: from the storage's own writes, and from what the file notes of study attributes.</summary>
public sealed class DeltaTests
{
    [Fact]
    public async Task Own_writes_come_back_as_the_file_has_them()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        StudyCursor cursor = (await storage.ReadAsync(study)).Cursor;
        TrialRecord trial = Assert.Single(await storage.StartAsync(study));
        await storage.WriteAsync(study, new()
        {
            Trial = trial.Id,
            Parameters = [new("x", new FloatDistribution(-1, 1), -0.0), new("k", new CategoricalDistribution([1, "a", null]), 2)],
            IntermediateValues = [new(7, double.NaN), new(3, -0.0)],
            UserAttributes = AttributeSet.Empty.With("u", "\ud83d\ude00 é"),
            SystemAttributes = AttributeSet.Empty.With("s", -0.0),
        });
        TrialChanges end = Requests.Finish(trial, -0.0);
        await storage.WriteAsync(study, end with { Finish = end.Finish! with { CompletedAt = Requests.Time.AddTicks(7) } });

        TrialRecord own = Assert.Single((await storage.ReadAsync(study, cursor)).Trials);

        await using SqliteStorage other = await file.OpenAsync();
        TrialRecord read = Assert.Single((await other.ReadAsync(study)).Trials);
        Assert.Equal(read.Parameters, own.Parameters);
        Assert.Equal(read.Parameters.Values.ToArray().Select(BitConverter.DoubleToInt64Bits), own.Parameters.Values.ToArray().Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(read.IntermediateValues.Select(report => (report.Key, BitConverter.DoubleToInt64Bits(report.Value))), own.IntermediateValues.Select(report => (report.Key, BitConverter.DoubleToInt64Bits(report.Value))));
        Assert.Equal(read.Values.Select(BitConverter.DoubleToInt64Bits), own.Values.Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal(read.UserAttributes["u"].ToJson(), own.UserAttributes["u"].ToJson());
        Assert.Equal(read.SystemAttributes["s"].ToJson(), own.SystemAttributes["s"].ToJson());
        Assert.Equal((read.State, read.StartedAt, read.CompletedAt), (own.State, own.StartedAt, own.CompletedAt));
    }

    [Fact]
    public async Task What_another_program_does_to_a_running_trial_is_in_the_delta_of_its_end()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        StudyCursor cursor = (await storage.ReadAsync(study)).Cursor;
        TrialRecord trial = Assert.Single(await storage.StartAsync(study));
        cursor = (await storage.ReadAsync(study, cursor)).Cursor;
        file.Run($"INSERT INTO trial_user_attributes (trial_id, \"key\", value_json) VALUES ({trial.Id.Value}, 'theirs', '1')");

        await storage.WriteAsync(study, Requests.Finish(trial));

        Assert.Equal(["theirs"], Assert.Single((await storage.ReadAsync(study, cursor)).Trials).UserAttributes.Keys);
    }

    [Fact]
    public async Task Changes_of_study_attributes_are_noticed_whoever_makes_them()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        await storage.SetStudyAttributesAsync(study.Id, new() { User = AttributeSet.Empty.With("a", 1).With("b", 2), System = AttributeSet.Empty.With("s", 1) }, Requests.Token);
        StudyCursor cursor = (await storage.ReadAsync(study)).Cursor;

        file.Run("UPDATE study_user_attributes SET value_json = '3' WHERE \"key\" = 'a'");
        Assert.Equal("a=3, b=2 | s=1", await NextAsync());
        file.Run($"INSERT INTO study_system_attributes (study_id, \"key\", value_json) VALUES ({study.Id.Value}, 't', '1'), ({study.Id.Value}, 'u', '2')");
        file.Run("UPDATE study_system_attributes SET value_json = '9' WHERE \"key\" = 't'");
        Assert.Equal("a=3, b=2 | s=1, t=9, u=2", await NextAsync());
        file.Run("UPDATE study_user_attributes SET value_json = 'no JSON' WHERE \"key\" = 'b'");
        Assert.Equal("a=3 | s=1, t=9, u=2", await NextAsync());
        await storage.SetStudyAttributesAsync(study.Id, new() { User = AttributeSet.Empty.With("c", 4) }, Requests.Token);
        Assert.Equal("a=3, c=4 | s=1, t=9, u=2", await NextAsync());
        Assert.Null((await storage.ReadAsync(study, cursor)).Study);

        async Task<string> NextAsync()
        {
            StudyDelta delta = await storage.ReadAsync(study, cursor);
            cursor = delta.Cursor;
            return Text(delta.Study!.UserAttributes) + " | " + Text(delta.Study.SystemAttributes);
        }

        static string Text(AttributeSet set) => string.Join(", ", set.Select(entry => $"{entry.Key}={entry.Value}"));
    }

    [Fact]
    public async Task Of_study_attributes_only_those_that_changed_are_read()
    {
        using var file = new SqliteFile();
        await using SqliteStorage storage = await file.OpenAsync();
        StudyRecord study = await storage.CreateAsync();
        await storage.SetStudyAttributesAsync(study.Id, new() { System = AttributeSet.Empty.With("old", 1) }, Requests.Token);
        StudyCursor cursor = (await storage.ReadAsync(study)).Cursor;
        // A change that the file does not note shows who reads what.
        file.Run("DROP TRIGGER hypertune_study_system_changed");
        file.Run("UPDATE study_system_attributes SET value_json = '2'");
        await storage.SetStudyAttributesAsync(study.Id, new() { System = AttributeSet.Empty.With("new", 1) }, Requests.Token);

        AttributeSet system = (await storage.ReadAsync(study, cursor)).Study!.SystemAttributes;

        Assert.Equal(1, system["old"].AsInt64());
        Assert.Equal(1, system["new"].AsInt64());
    }
}
