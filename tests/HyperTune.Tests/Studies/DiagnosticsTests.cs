using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using HyperTune.Diagnostics;
using HyperTune.Pruners;
using HyperTune.Testing;
using Microsoft.Extensions.Logging;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

public sealed class DiagnosticsTests
{
    [Fact]
    public async Task Meter_CountsAndTimesTrials()
    {
        string name = $"meter {Guid.NewGuid()}";
        var measured = new ConcurrentQueue<(string Instrument, double Value, string? State, string? Operation)>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, own) => { if (instrument.Meter.Name == HyperTuneDiagnostics.MeterName) own.EnableMeasurementEvents(instrument); },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();

        await using Study study = await Study.CreateAsync(new() { Name = name, Storage = new FaultyStorage() }, Token);
        await study.OptimizeAsync(trial => trial.Number == 1 ? double.NaN : 1.0, new() { Trials = 3 }, Token);

        Assert.Equal(3, measured.Where(entry => entry.Instrument == "hypertune.trials.started").Sum(entry => entry.Value));
        Assert.Equal(["Complete", "Failed", "Complete"], measured.Where(entry => entry.Instrument == "hypertune.trials.finished").Select(entry => entry.State));
        Assert.Equal(3, measured.Count(entry => entry.Instrument == "hypertune.trial.duration"));
        Assert.Equal(3, measured.Count(entry => entry.Instrument == "hypertune.sampling.duration"));
        Assert.Superset(new HashSet<string> { "read", "start", "write" }, measured.Where(entry => entry.Instrument == "hypertune.storage.duration").Select(entry => entry.Operation!).ToHashSet());

        void Note(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var byName = new Dictionary<string, object?>();
            foreach ((string key, object? tag) in tags) byName[key] = tag;
            if (!name.Equals(byName.GetValueOrDefault("hypertune.study"))) return;
            measured.Enqueue((instrument.Name, value, byName.GetValueOrDefault("hypertune.trial.state") as string, byName.GetValueOrDefault("hypertune.storage.operation") as string));
        }
    }

    [Fact]
    public async Task ActivitySource_HasASpanForEachTrial()
    {
        string name = $"activities {Guid.NewGuid()}";
        var activities = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == HyperTuneDiagnostics.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activities.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);

        await using Study study = await Study.CreateAsync(new() { Name = name, Storage = new FaultyStorage() }, Token);
        await study.OptimizeAsync(trial => trial.Number == 1 ? throw new InvalidDataException("bad") : 1.0, new() { Trials = 2, Catch = [typeof(IOException), typeof(InvalidDataException)] }, Token);

        Activity[] trials = [.. activities.Where(activity => activity.OperationName == "trial" && name.Equals(activity.GetTagItem("hypertune.study")))];
        Assert.Equal([0, 1], trials.Select(activity => (int)activity.GetTagItem("hypertune.trial")!));
        Assert.Equal([ActivityStatusCode.Unset, ActivityStatusCode.Error], trials.Select(activity => activity.Status));
        Assert.Contains(activities, activity => activity.OperationName == "storage write" && name.Equals(activity.GetTagItem("hypertune.study")));
    }

    [Fact]
    public async Task Log_HasStableEventIds()
    {
        using var logs = new CapturingLoggerFactory();
        var storage = new InMemoryStorage();
        await using Study study = await Study.CreateAsync(
            new() { Name = "s", Storage = storage, LoggerFactory = logs, Pruner = new FakePruner((_, trial) => trial.Number == 1 ? PruneDecision.Because("odd") : default) }, Token);
        await using Study loaded = await Study.LoadAsync(new() { Name = "s", Storage = storage, LoggerFactory = logs }, Token);

        await study.OptimizeAsync(trial =>
        {
            trial.ThrowIfShouldPrune();
            return trial.Number == 2 ? double.NaN : 1.0;
        }, new() { Trials = 3 }, Token);
        await study.StopEverywhereAsync("enough", Token);
        await study.OptimizeAsync(trial => 1.0, new() { Trials = 3 }, Token);

        (int Id, LogLevel Level, int Count)[] expected =
        [
            (1, LogLevel.Information, 1), (2, LogLevel.Information, 1), (3, LogLevel.Information, 2), (4, LogLevel.Information, 2), (5, LogLevel.Information, 1),
            (10, LogLevel.Debug, 3), (11, LogLevel.Debug, 3), (12, LogLevel.Debug, 1), (14, LogLevel.Debug, 2), (15, LogLevel.Information, 1), (20, LogLevel.Warning, 1),
        ];
        Assert.Equal(expected, logs.Messages.GroupBy(message => (message.Id, message.Level)).Select(group => (group.Key.Id, group.Key.Level, group.Count())).Order());
        Assert.Contains("enough", logs.WithId(5)[0].Text, StringComparison.Ordinal);
        Assert.Contains("NaN", logs.WithId(20)[0].Text, StringComparison.Ordinal);
    }
}
