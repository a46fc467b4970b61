using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using HyperTune.Storage;
using Spectre.Console;

namespace HyperTune.Samples.Distributed;

/// <summary>One study, shared by worker processes, and what each of them contributed.</summary>
internal static class Run
{
    private const int Workers = 3;

    public static async Task OnAsync(string url, int trials)
    {
        AnsiConsole.MarkupLineInterpolated($"[bold]{StorageUrl.Parse(url)}[/]");
        string name = $"rings {Guid.NewGuid():N}";
        await using IStorage storage = await Storages.Known.OpenAsync(url);
        await using Study study = await Study.CreateAsync(Storages.StudyOf(storage, name));
        long started = Stopwatch.GetTimestamp();
        Process[] workers = [.. Enumerable.Range(1, Workers).Select(number => Start(url, name, $"worker {number}", trials))];
        await AnsiConsole.Progress().Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new SpinnerColumn()).StartAsync(async progress =>
        {
            ProgressTask bar = progress.AddTask($"{trials} trials", maxValue: trials);
            Task ended = Task.WhenAll(workers.Select(worker => worker.WaitForExitAsync()));
            while (await Task.WhenAny(ended, Task.Delay(200)) != ended)
            {
                await study.RefreshAsync();
                bar.Value = study.Trials.Count(trial => trial.State.IsFinished());
            }
            bar.Value = trials;
        });
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        foreach (Process worker in workers)
        {
            if (worker.ExitCode != 0) throw new InvalidOperationException($"A worker ended with code {worker.ExitCode}. Its message stands above.");
            worker.Dispose();
        }
        await study.RefreshAsync();
        Show(study, elapsed);
        await Study.DeleteAsync(storage, name);
    }

    private static void Show(Study study, TimeSpan elapsed)
    {
        var table = new Table().AddColumns("worker", "trials", "pruned", "best value", "time in trials");
        foreach (IGrouping<string, TrialRecord> worker in study.Trials.Where(trial => trial.State.IsFinished()).GroupBy(trial => trial.UserAttributes["worker"].AsString()).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            TrialRecord[] complete = [.. worker.Where(trial => trial.State == TrialState.Complete)];
            table.AddRow(
                worker.Key,
                Text($"{worker.Count()}"),
                Text($"{worker.Count(trial => trial.State == TrialState.Pruned)}"),
                complete.Length > 0 ? Text($"{complete.Min(trial => trial.Values[0]):F4}") : "none",
                Text($"{worker.Sum(trial => trial.Duration?.TotalSeconds ?? 0):F1} s"));
        }
        AnsiConsole.Write(table);
        AnsiConsole.WriteLine(Text($"{study.Trials.Count} trials in {elapsed.TotalSeconds:F1} s; the best is trial {study.BestTrial.Number} with {study.BestValue:F4}:"));
        foreach ((string name, object? value) in study.BestParams) AnsiConsole.WriteLine(Text($"  {name} = {value:G4}"));
        AnsiConsole.WriteLine();
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>Starts this program once more, as a worker. The URL may hold a password, so it is passed where other users do not see it.</summary>
    private static Process Start(string url, string study, string name, int trials)
    {
        string program = Environment.ProcessPath ?? "dotnet";
        bool isHost = Path.GetFileNameWithoutExtension(program) == "dotnet";
        string[] host = isHost ? [Assembly.GetExecutingAssembly().Location] : [];
        var start = new ProcessStartInfo(program, [.. host, "worker", study, name, trials.ToString(CultureInfo.InvariantCulture)]);
        start.Environment[Storages.Variable] = url;
        return Process.Start(start)!;
    }
}
