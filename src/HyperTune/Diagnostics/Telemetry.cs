using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace HyperTune.Diagnostics;

/// <summary>Meter and activity source of the library. Immutable; without a listener each call is a check of a flag.</summary>
internal static class Telemetry
{
    public static readonly ActivitySource Activities = new(HyperTuneDiagnostics.ActivitySourceName);

    private static readonly Meter Meter = new(HyperTuneDiagnostics.MeterName);

    public static readonly Counter<long> TrialsStarted =
        Meter.CreateCounter<long>("hypertune.trials.started", "{trial}", "Trials started by this process.");

    public static readonly Counter<long> TrialsFinished =
        Meter.CreateCounter<long>("hypertune.trials.finished", "{trial}", "Trials finished by this process, by state.");

    public static readonly Counter<long> TrialsLost =
        Meter.CreateCounter<long>("hypertune.trials.lost", "{trial}", "Trials that another process finished or took back.");

    public static readonly Histogram<double> TrialDuration =
        Meter.CreateHistogram<double>("hypertune.trial.duration", "s", "Time from the start of a trial to its end, by state.");

    public static readonly Histogram<double> SamplingDuration =
        Meter.CreateHistogram<double>("hypertune.sampling.duration", "s", "Time to draw the joint parameters of a trial.");

    public static readonly Histogram<double> StorageDuration =
        Meter.CreateHistogram<double>("hypertune.storage.duration", "s", "Time of a request to the storage, by operation.");

    public static KeyValuePair<string, object?> Study(string name) => new("hypertune.study", name);

    public static KeyValuePair<string, object?> State(TrialState state) => new("hypertune.trial.state", state.ToString());
}
