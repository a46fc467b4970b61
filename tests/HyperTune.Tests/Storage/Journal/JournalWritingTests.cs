using System.Text.RegularExpressions;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Storage.Journal;

/// <summary>What is written is what Optuna writes for the same operations, byte for byte but for the worker and fields of our own.</summary>
public sealed partial class JournalWritingTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static DateTimeOffset At(double seconds) => new DateTimeOffset(2026, 3, 29, 1, 0, 48, 963, 510, TimeSpan.Zero).AddSeconds(seconds);

    [Fact]
    public async Task Each_operation_has_the_text_that_Optuna_writes()
    {
        using var file = new JournalFile();
        await using JournalStorage storage = await file.OpenAsync();
        StudyId study = (await storage.CreateStudyAsync(new() { Name = "всё", Directions = [Direction.Maximize] }, Token)).Id;
        await storage.SetStudyAttributesAsync(study, new() { User = AttributeSet.Empty.With("k", AttributeValue.Array(1, 2.0, AttributeValue.Null, double.NaN)) }, Token);
        await storage.SetStudyAttributesAsync(study, new() { System = AttributeSet.Empty.With("study:metric_names", AttributeValue.Array("a")) }, Token);
        TrialRecord trial = (await storage.StartTrialsAsync(study, new() { StartedAt = At(0), RequestId = Guid.NewGuid() }, Token))[0];
        await storage.WriteAsync(study, [new() { Trial = trial.Id, Parameters = [new("f.log", new FloatDistribution(1e-7, 0.1, log: true), 1.308734191951014e-07)] }], Token);
        await storage.WriteAsync(study, [new() { Trial = trial.Id, IntermediateValues = [new(3, double.NegativeInfinity)] }], Token);
        await storage.WriteAsync(study, [new() { Trial = trial.Id, UserAttributes = AttributeSet.Empty.With("u", 1) }], Token);
        await storage.WriteAsync(study, [new() { Trial = trial.Id, SystemAttributes = AttributeSet.Empty.With("s", "t") }], Token);
        await storage.WriteAsync(study, [new() { Trial = trial.Id, Finish = new() { State = TrialState.Complete, Values = [1.5], CompletedAt = At(1), RequestId = Guid.NewGuid() } }], Token);
        TrialTemplate added = new()
        {
            State = TrialState.Complete,
            Values = [1.5],
            StartedAt = At(0),
            CompletedAt = At(0),
            Parameters = ParameterSet.Empty.With("x", new FloatDistribution(0, 1), 0.25).With("n", new IntDistribution(1, 9, step: 2), 3),
            UserAttributes = AttributeSet.Empty.With("u", 1),
            SystemAttributes = AttributeSet.Empty.With("s", AttributeValue.Array(1)),
            IntermediateValues = IntermediateValues.Of([new(0, 0.1), new(3, double.NaN)]),
        };
        await storage.AddTrialsAsync(study, new() { Trials = [added], RequestId = Guid.NewGuid() }, Token);
        await storage.AddTrialsAsync(study, new() { Trials = [new() { State = TrialState.Waiting, SystemAttributes = AttributeSet.Empty.With("fixed_params", AttributeValue.Object(("x", 0.5))) }], RequestId = Guid.NewGuid() }, Token);
        TrialRecord claimed = (await storage.StartTrialsAsync(study, new() { StartedAt = At(2), RequestId = Guid.NewGuid() }, Token))[0];
        await storage.WriteAsync(study, [new() { Trial = claimed.Id, Finish = new() { State = TrialState.Failed, CompletedAt = At(3), RequestId = Guid.NewGuid() } }], Token);
        await storage.DeleteStudyAsync(study, Token);

        Assert.Equal(
            [
                """{"op_code":0,"worker_id":"w","study_name":"\u0432\u0441\u0451","directions":[2]}""",
                """{"op_code":2,"worker_id":"w","study_id":0,"user_attr":{"k":[1,2.0,null,NaN]}}""",
                """{"op_code":3,"worker_id":"w","study_id":0,"system_attr":{"study:metric_names":["a"]}}""",
                """{"op_code":4,"worker_id":"w","study_id":0,"datetime_start":"2026-03-29T01:00:48.963510+00:00"}""",
                """{"op_code":5,"worker_id":"w","trial_id":0,"param_name":"f.log","param_value_internal":1.308734191951014e-07,"distribution":"{\"name\": \"FloatDistribution\", \"attributes\": {\"step\": null, \"low\": 1e-07, \"high\": 0.1, \"log\": true}}"}""",
                """{"op_code":7,"worker_id":"w","trial_id":0,"step":3,"intermediate_value":-Infinity}""",
                """{"op_code":8,"worker_id":"w","trial_id":0,"user_attr":{"u":1}}""",
                """{"op_code":9,"worker_id":"w","trial_id":0,"system_attr":{"s":"t"}}""",
                """{"op_code":6,"worker_id":"w","trial_id":0,"state":1,"values":[1.5],"datetime_complete":"2026-03-29T01:00:49.963510+00:00"}""",
                """{"op_code":4,"worker_id":"w","study_id":0,"datetime_start":"2026-03-29T01:00:48.963510+00:00","state":1,"value":1.5,"values":null,"datetime_complete":"2026-03-29T01:00:48.963510+00:00","distributions":{"x":"{\"name\": \"FloatDistribution\", \"attributes\": {\"step\": null, \"low\": 0.0, \"high\": 1.0, \"log\": false}}","n":"{\"name\": \"IntDistribution\", \"attributes\": {\"log\": false, \"step\": 2, \"low\": 1, \"high\": 9}}"},"params":{"x":0.25,"n":3.0},"user_attrs":{"u":1},"system_attrs":{"s":[1]},"intermediate_values":{"0":0.1,"3":NaN}}""",
                """{"op_code":4,"worker_id":"w","study_id":0,"datetime_start":null,"state":4,"value":null,"values":null,"distributions":{},"params":{},"user_attrs":{},"system_attrs":{"fixed_params":{"x":0.5}},"intermediate_values":{}}""",
                """{"op_code":6,"worker_id":"w","trial_id":2,"state":0,"values":null,"datetime_start":"2026-03-29T01:00:50.963510+00:00"}""",
                """{"op_code":6,"worker_id":"w","trial_id":2,"state":3,"values":null,"datetime_complete":"2026-03-29T01:00:51.963510+00:00"}""",
                """{"op_code":1,"worker_id":"w","study_id":0}""",
            ],
            file.Lines.Select(Plain));
    }

    [Fact]
    public async Task All_entries_of_Optuna_come_out_as_they_were_when_their_studies_are_written_anew()
    {
        using var theirs = new JournalFile("interop/journal.log");
        using var ours = new JournalFile();
        await using JournalStorage source = await theirs.OpenAsync();
        await using JournalStorage target = await ours.OpenAsync();
        foreach (StudySummary summary in await source.ListStudiesAsync(Token))
        {
            (StudyRecord copy, TrialRecord[] trials) = await source.CopyAsync(summary.Study, target);
            await using JournalStorage again = await ours.OpenAsync();
            Assert.Equal(trials.Length, (await again.ReadAsync(copy)).Trials.Count);
        }
        // The attributes of studies are single entries on both sides.
        HashSet<string> known = [.. theirs.Lines.Select(line => WithoutIds(Plain(line)))];
        Assert.All(ours.Lines.Where(line => line.StartsWith("{\"op_code\":2", StringComparison.Ordinal)), line => Assert.Contains(WithoutIds(Plain(line)), known));
    }

    private static string Plain(string line) => OwnFields().Replace(WorkerId().Replace(line, "\"worker_id\":\"w\""), "");

    private static string WithoutIds(string line) => StudyId().Replace(line, "\"study_id\":0");

    [GeneratedRegex("""(?<=^\{"op_code":\d+,)"worker_id":"[^"]*"(?=[,}])""")]
    private static partial Regex WorkerId();

    [GeneratedRegex(""",\"hypertune:(request|more|retry)\":("[^"]*"|\d+)(?=[,}])""")]
    private static partial Regex OwnFields();

    [GeneratedRegex("""\"study_id\":\d+""")]
    private static partial Regex StudyId();
}
