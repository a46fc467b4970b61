using System.Diagnostics;
using System.Globalization;
using HyperTune.History;
using HyperTune.Storage;

namespace HyperTune.Chaos;

/// <summary>Runs workers on one study, kills some, starts them again, and checks what is left.</summary>
/// <remarks>Kills come with the progress of the study, not with the clock, so that a slow machine sees as many of them.</remarks>
public sealed class ChaosRun(ChaosTarget target, ChaosOptions options)
{
    private const int LastRounds = 5;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);

    private readonly Random _random = new(options.Seed);
    private readonly List<string> _failures = [];

    /// <summary>The parameter x of a waiting trial.</summary>
    internal static double WaitingX(int index, int count) => (index + 0.5) / count;

    /// <summary>Does all of it.</summary>
    /// <exception cref="TimeoutException">The run did not come to its end within <see cref="ChaosOptions.Limit"/>.</exception>
    public async Task<ChaosReport> RunAsync(CancellationToken cancellationToken = default)
    {
        long started = Stopwatch.GetTimestamp();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hypertune-chaos-");
        try
        {
            var notes = new ChaosNotes(folder.FullName);
            await using IStorage storage = await ChaosStorages.OpenAsync(target.Url);
            await using (Study study = await Study.CreateAsync(ChaosWorker.OptionsOf(storage, options.Grace), cancellationToken))
            {
                for (int i = 0; i < options.Waiting; i++)
                    await study.EnqueueAsync(new Dictionary<string, object?> { ["x"] = WaitingX(i, options.Waiting) }, cancellationToken: cancellationToken);
            }
            (int kills, int restarts) = await DisturbAsync(notes, started, options.Workers, options.Kills, cancellationToken);
            StudyDelta delta = await ReadAsync(storage, cancellationToken);
            // Trials of workers that were killed near the end lapse after the others have gone: whoever comes next takes them back.
            for (int i = 0; i < LastRounds && delta.Trials.Any(trial => !trial.State.IsFinished()); i++)
            {
                await Task.Delay(options.Grace, cancellationToken);
                await DisturbAsync(notes, started, workers: 1, kills: 0, cancellationToken);
                delta = await ReadAsync(storage, cancellationToken);
            }
            List<string> findings = [.. _failures, .. ChaosCheck.Of(delta, notes.Read(), options)];
            return new ChaosReport
            {
                Trials = delta.Trials.Count,
                Complete = delta.Trials.Count(trial => trial.State == TrialState.Complete),
                TakenBack = delta.Trials.Count(trial => trial.State == TrialState.Failed),
                Kills = kills,
                Restarts = restarts,
                Elapsed = Stopwatch.GetElapsedTime(started),
                Findings = findings,
            };
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<StudyDelta> ReadAsync(IStorage storage, CancellationToken cancellationToken)
    {
        StudyRecord study = await storage.FindStudyAsync(ChaosWorker.StudyName, cancellationToken) ?? throw new InvalidOperationException("The study is gone.");
        return await storage.ReadAsync(study.Id, StudyCursor.Start, cancellationToken);
    }

    /// <summary>Keeps the workers going until they find nothing more to do.</summary>
    private async Task<(int Kills, int Restarts)> DisturbAsync(ChaosNotes notes, long started, int workers, int kills, CancellationToken cancellationToken)
    {
        var running = new List<Process>();
        (int killed, int restarts) = (0, 0);
        try
        {
            for (int i = 0; i < workers; i++) running.Add(Launch(notes));
            while (running.Count > 0)
            {
                if (Stopwatch.GetElapsedTime(started) > options.Limit)
                    throw new TimeoutException($"After {options.Limit} {notes.Read().Count} of {options.Trials} trials were told. {string.Join(" ", _failures)}");
                await Task.Delay(Look, cancellationToken);
                for (int i = running.Count - 1; i >= 0; i--)
                {
                    if (running[i].HasExited) Collect(running, i);
                }
                int told = notes.Read().Count;
                if (options.RestartsServer && target.CanRestart && kills > 0 && restarts == 0 && told >= options.Trials / 2)
                {
                    await target.RestartAsync();
                    restarts++;
                }
                if (running.Count > 0 && killed < kills && told >= (long)options.Trials * (killed + 1) / (kills + 1))
                {
                    int victim = _random.Next(running.Count);
                    running[victim].Kill();
                    await running[victim].WaitForExitAsync(cancellationToken);
                    running[victim].Dispose();
                    running[victim] = Launch(notes);
                    killed++;
                }
            }
            return (killed, restarts);
        }
        finally
        {
            foreach (Process worker in running)
            {
                if (!worker.HasExited) worker.Kill();
                worker.Dispose();
            }
        }
    }

    /// <summary>Takes a worker that has ended out of the list: one that failed is a finding.</summary>
    private void Collect(List<Process> workers, int index)
    {
        Process worker = workers[index];
        workers.RemoveAt(index);
        if (worker.ExitCode != 0) _failures.Add($"A worker ended with code {worker.ExitCode}: {worker.StandardError.ReadToEnd().Trim()}");
        worker.Dispose();
    }

    private Process Launch(ChaosNotes notes)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true, RedirectStandardInput = true };
        string[] arguments =
        [
            typeof(ChaosRun).Assembly.Location, "worker", target.Url, notes.NewFile(), options.Trials.ToString(CultureInfo.InvariantCulture),
            options.LongestTrial.ToString(), options.Grace.ToString(),
        ];
        foreach (string argument in arguments) start.ArgumentList.Add(argument);
        return Process.Start(start) ?? throw new InvalidOperationException("A worker could not be started.");
    }
}
