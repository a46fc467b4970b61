using System.Numerics;
using System.Text;
using HyperTune.History;
using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune.Tests.Storage.Archive;

public sealed class StudyArchiveTests
{
    private static readonly AttributeValue Awkward = AttributeValue.Object(
        ("big", AttributeValue.Integer(BigInteger.Pow(2, 70) + 1)),
        ("whole", 1),
        ("double", 1.0),
        ("nan", AttributeValue.Array(double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, -0.0)),
        ("text", "é漢🎯 \"\\\n\u0001 \ud800 </script>"),
        ("deep", AttributeValue.Object(("", AttributeValue.Null))));

    private readonly InMemoryStorage _source = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_study_with_everything_comes_back_as_it_was()
    {
        await FillAsync("study");
        var target = new InMemoryStorage();

        StudyArchiveResult read = await StudyArchive.ReadAsync(target, await WriteAsync(), cancellationToken: Token);

        Assert.Equal([new("study", 4)], read.Studies);
        StudyDelta before = await ReadAsync(_source, "study"), after = await ReadAsync(target, "study");
        Assert.Equal(before.Study!.UserAttributes, after.Study!.UserAttributes);
        Assert.Equal(before.Study.SystemAttributes, after.Study.SystemAttributes);
        Assert.Equal(before.Study.Directions, after.Study.Directions);
        Assert.Equal(before.Trials.Select(Describe), after.Trials.Select(Describe));
    }

    [Fact]
    public async Task Attributes_of_the_deepest_nesting_come_back()
    {
        AttributeValue deep = double.NaN;
        for (int i = 0; i < AttributeValue.MaxDepth; i++) deep = i % 2 == 0 ? AttributeValue.Array(deep) : AttributeValue.Object(("d", deep));
        AttributeSet attributes = AttributeSet.Empty.With("deep", deep);
        StudyRecord study = await _source.CreateStudyAsync(new() { Name = "study", Directions = [Direction.Minimize], UserAttributes = attributes, SystemAttributes = attributes }, Token);
        await _source.AddTrialsAsync(study.Id, new() { Trials = [new() { State = TrialState.Waiting, UserAttributes = attributes, SystemAttributes = attributes }], RequestId = Guid.NewGuid() }, Token);
        var target = new InMemoryStorage();

        await StudyArchive.ReadAsync(target, await WriteAsync(), cancellationToken: Token);

        StudyDelta read = await ReadAsync(target, "study");
        Assert.All(
            new[] { read.Study!.UserAttributes, read.Study.SystemAttributes, read.Trials[0].UserAttributes, read.Trials[0].SystemAttributes },
            set => Assert.True(set["deep"].Equals(deep)));
    }

    [Fact]
    public async Task A_copy_holds_the_same_and_its_running_trials_are_nobodys()
    {
        await FillAsync("one");
        await FillAsync("two");
        var target = new InMemoryStorage();

        StudyArchiveResult copied = await StudyArchive.CopyAsync(_source, target, ["two"], Token);

        Assert.Equal([new("two", 4)], copied.Studies);
        Assert.Equal(4, copied.TrialCount);
        StudyDelta copy = await ReadAsync(target, "two");
        Assert.Equal((await ReadAsync(_source, "two")).Trials.Select(Describe), copy.Trials.Select(Describe));
        Assert.Null(await target.FindStudyAsync("one", Token));
        Assert.Empty(await target.TakeBackAsync(copy.Study!.Id, new LeaseRules(TimeSpan.Zero, 1), Token));
        await using Study study = await Study.LoadAsync(new() { Name = "two", Storage = target }, Token);
        Assert.Equal(TellOutcome.Stored, await study.TellAsync(2, 5, Token));
    }

    [Fact]
    public async Task The_file_is_strict_json_with_one_trial_a_line()
    {
        await FillAsync("study");

        using var stream = await WriteAsync();
        string text = Encoding.UTF8.GetString(stream.ToArray());

        using var parsed = System.Text.Json.JsonDocument.Parse(text);
        Assert.Equal(1, parsed.RootElement.GetProperty("format").GetInt32());
        Assert.Equal(4, text.Split('\n').Count(line => line.StartsWith("{\"trial_id\": ", StringComparison.Ordinal)));
        Assert.Equal(0x7B, stream.ToArray()[0]);
    }

    [Fact]
    public async Task The_best_value_is_that_of_a_feasible_trial()
    {
        StudyRecord study = await _source.CreateStudyAsync(new() { Name = "s", Directions = [Direction.Maximize] }, Token);
        await AddAsync(study.Id, Done(1), Done(3) with { SystemAttributes = AttributeSet.Empty.With("constraints", AttributeValue.Array(0.5)) }, Done(2));

        using var parsed = System.Text.Json.JsonDocument.Parse((await WriteAsync()).ToArray());

        Assert.Equal(2, parsed.RootElement.GetProperty("studies")[0].GetProperty("best_value").GetDouble());
    }

    [Fact]
    public async Task An_unknown_name_writes_and_stores_nothing()
    {
        await FillAsync("study");
        var target = new InMemoryStorage();
        using var stream = new MemoryStream();

        await Assert.ThrowsAsync<StudyNotFoundException>(() => StudyArchive.WriteAsync(_source, stream, ["study", "none"], Token));
        await Assert.ThrowsAsync<StudyNotFoundException>(() => StudyArchive.CopyAsync(_source, target, ["study", "none"], Token));
        await Assert.ThrowsAsync<StudyNotFoundException>(async () => await StudyArchive.ReadAsync(target, await WriteAsync(), ["study", "none"], Token));

        Assert.Equal(0, stream.Length);
        Assert.Empty(await target.ListStudiesAsync(Token));
    }

    [Fact]
    public async Task A_study_that_cannot_be_added_leaves_no_half_behind()
    {
        const string text = """
            {"format": 1, "studies": [{"name": "s", "directions": ["MINIMIZE"], "user_attrs": {}, "system_attrs": {}, "trials": [
            {"number": 0, "state": "COMPLETE", "values": [1.0, 2.0], "datetime_start": null, "datetime_complete": null, "params": [], "intermediate_values": [], "user_attrs": {}, "system_attrs": {}}]}]}
            """;
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));

        await Assert.ThrowsAsync<ArgumentException>(() => StudyArchive.ReadAsync(_source, stream, cancellationToken: Token));

        Assert.Empty(await _source.ListStudiesAsync(Token));
    }

    [Theory]
    [InlineData("\"number\": 0", "\"number\": -1", "'number'")]
    [InlineData("\"state\": \"COMPLETE\"", "\"state\": \"GOOD\"", "'state'")]
    [InlineData("\"values\": [1.0]", "\"values\": [\"1\"]", "'values'")]
    [InlineData("\"values\": [1.0], ", "", "'values'")]
    [InlineData("\"datetime_start\": null", "\"datetime_start\": \"noon\"", "'datetime_start'")]
    [InlineData("\"step\": 3", "\"step\": 0.5", "'step'")]
    [InlineData("\"internal\": 0.5", "\"internal\": null", "'internal'")]
    [InlineData("FloatDistribution", "Range", "Range")]
    [InlineData("\"user_attrs\": {}, \"system_attrs\": {\"t\"", "\"user_attrs\": 1, \"system_attrs\": {\"t\"", "'user_attrs'")]
    public async Task What_cannot_be_read_is_named_with_its_place(string part, string instead, string message)
    {
        const string text = """
            {"format": 1, "studies": [{"name": "s", "directions": ["MINIMIZE"], "user_attrs": {}, "system_attrs": {}, "trials": [
            {"number": 0, "state": "COMPLETE", "values": [1.0], "datetime_start": null, "datetime_complete": null, "params": [{"name": "x", "internal": 0.5, "distribution": {"json":
            "{\"name\": \"FloatDistribution\", \"attributes\": {\"low\": 0.0, \"high\": 1.0}}"}}], "intermediate_values": [{"step": 3, "value": {"$float": "NaN"}}], "user_attrs": {}, "system_attrs": {"t": 1}}]}]}
            """;
        string broken = text.Replace(part, instead, StringComparison.Ordinal);
        Assert.NotEqual(text, broken);
        using var good = new MemoryStream(Encoding.UTF8.GetBytes(text));
        using var bad = new MemoryStream(Encoding.UTF8.GetBytes(broken));

        Assert.Contains(message, (await Assert.ThrowsAsync<FormatException>(() => StudyArchive.ReadAsync(_source, bad, cancellationToken: Token))).Message, StringComparison.Ordinal);

        Assert.Empty(await _source.ListStudiesAsync(Token));
        Assert.Equal(1, (await StudyArchive.ReadAsync(_source, good, cancellationToken: Token)).TrialCount);
    }

    private async Task FillAsync(string name)
    {
        StudyRecord study = await _source.CreateStudyAsync(
            new() { Name = name, Directions = [Direction.Minimize], UserAttributes = AttributeSet.Empty.With("u", Awkward), SystemAttributes = AttributeSet.Empty.With("s", Awkward) }, Token);
        ParameterSet parameters = ParameterSet.Of(
        [
            new("x", new FloatDistribution(0, 1), 0.1),
            new("outside", new IntDistribution(0, 8, step: 2), 11),
            new("large", new IntDistribution(-(1L << 53), 1L << 53), (1L << 53) - 1),
            new("odd", new CategoricalDistribution([double.NaN, null, true, "NaN"]), 0),
        ]);
        await AddAsync(
            study.Id,
            Done(double.PositiveInfinity) with
            {
                Parameters = parameters,
                IntermediateValues = IntermediateValues.Of([new(0, double.NaN), new(7, -1.5)]),
                UserAttributes = AttributeSet.Empty.With("u", Awkward),
                SystemAttributes = AttributeSet.Empty.With("constraints:c", double.NegativeInfinity),
                StartedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).AddMicroseconds(6),
                CompletedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 6, TimeSpan.Zero),
            },
            new() { State = TrialState.Waiting },
            new() { State = TrialState.Running, Parameters = parameters, StartedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero) },
            new() { State = TrialState.Pruned });
    }

    private async Task<MemoryStream> WriteAsync()
    {
        var stream = new MemoryStream();
        await StudyArchive.WriteAsync(_source, stream, cancellationToken: Token);
        stream.Position = 0;
        return stream;
    }

    private async Task AddAsync(StudyId study, params TrialTemplate[] trials) =>
        await _source.AddTrialsAsync(study, new() { Trials = trials, KeepsRunning = true, RequestId = Guid.NewGuid() }, Token);

    /// <summary>All of a trial but its id. The ends of doubles and the kinds of numbers are in the JSON.</summary>
    private static string Describe(TrialRecord trial) => string.Join(
        ' ',
        [
            $"{trial.Number} {trial.State} {trial.StartedAt:O} {trial.CompletedAt:O}", AttributeValue.Array(trial.Values.Select(value => (AttributeValue)value)).ToJson(),
            .. trial.Parameters.Select(parameter => $"{parameter.Name} = {((AttributeValue)parameter.Value).ToJson()} of {parameter.Distribution.ToJson()}"),
            .. trial.IntermediateValues.Select(report => $"{report.Key}: {((AttributeValue)report.Value).ToJson()}"),
            .. trial.UserAttributes.Concat(trial.SystemAttributes).Select(entry => $"{entry.Key} {entry.Value.ToJson()}"),
        ]);

    private static TrialTemplate Done(double value) => new() { State = TrialState.Complete, Values = [value] };

    private static async Task<StudyDelta> ReadAsync(InMemoryStorage storage, string name) =>
        await storage.ReadAsync((await storage.FindStudyAsync(name, Token))!.Id, StudyCursor.Start, Token);
}
