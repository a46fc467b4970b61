using Spectre.Console;
using Spectre.Console.Rendering;

namespace HyperTune.Samples.BreastCancer;

/// <summary>
/// Shows a study while it runs: on a terminal as a picture that is drawn anew a few times a second, elsewhere (a file, a build
/// server) as a line each time a tenth of the trials is done. Snapshots may be reported from any thread.
/// </summary>
internal sealed class ProgressDisplay : IProgress<ProgressSnapshot>
{
    private const int LatestTrials = 5;
    private const int Tenths = 10;
    private static readonly TimeSpan DrawEvery = TimeSpan.FromMilliseconds(200);

    private readonly Lock _gate = new();
    private readonly Queue<EndedTrial> _latest = [];
    private readonly IAnsiConsole _console;
    private readonly bool _isLive;
    private ProgressSnapshot? _snapshot;
    private int _tenthsWritten;

    private ProgressDisplay(IAnsiConsole console)
    {
        _console = console;
        _isLive = console.Profile.Out.IsTerminal && console.Profile.Capabilities is { Interactive: true, Ansi: true };
    }

    /// <summary>Runs the work and shows what it reports, until it ends.</summary>
    public static async Task RunAsync(IAnsiConsole console, Func<IProgress<ProgressSnapshot>, Task> work)
    {
        var display = new ProgressDisplay(console);
        if (!display._isLive)
        {
            await work(display);
            return;
        }

        await console.Live(Text.Empty).StartAsync(async live =>
        {
            var working = work(display);
            while (await Task.WhenAny(working, Task.Delay(DrawEvery)) != working)
                live.UpdateTarget(display.Draw());
            live.UpdateTarget(display.Draw());
            await working;
        });
    }

    /// <inheritdoc/>
    public void Report(ProgressSnapshot value)
    {
        lock (_gate)
        {
            // Workers may report out of order: progress only goes forward.
            if (_snapshot is null || value.Finished >= _snapshot.Finished)
                _snapshot = value;
            if (value.Latest is not null)
            {
                _latest.Enqueue(value.Latest);
                if (_latest.Count > LatestTrials)
                    _latest.Dequeue();
            }
            if (!_isLive)
                WriteLineAtEachTenth(_snapshot);
        }
    }

    private void WriteLineAtEachTenth(ProgressSnapshot snapshot)
    {
        int tenths = Tenths * snapshot.Finished / snapshot.Total;
        if (tenths <= _tenthsWritten)
            return;
        _tenthsWritten = tenths;
        _console.WriteLine(
            $"{snapshot.Finished} of {snapshot.Total} trials, {snapshot.Pruned} pruned, {snapshot.Failed} failed; " +
            $"{Best(snapshot)}; {Seconds(snapshot)}");
    }

    private IRenderable Draw()
    {
        lock (_gate)
        {
            if (_snapshot is not { } snapshot)
                return new Text("Starting…");

            int complete = snapshot.Finished - snapshot.Pruned - snapshot.Failed;
            int waiting = Math.Max(0, snapshot.Total - snapshot.Finished - snapshot.Running);
            var bar = new BreakdownChart()
                .AddItem("complete", complete, Color.Green)
                .AddItem("pruned", snapshot.Pruned, Color.Yellow)
                .AddItem("failed", snapshot.Failed, Color.Red)
                .AddItem("running", snapshot.Running, Color.Blue)
                .AddItem("to come", waiting, Color.Grey);

            var latest = new Table().Border(TableBorder.Simple)
                .AddColumn("Latest trials").AddColumn("Outcome")
                .AddColumn(new TableColumn("Folds").RightAligned()).AddColumn(new TableColumn("Accuracy").RightAligned());
            foreach (var trial in _latest.Reverse())
                latest.AddRow($"{trial.Number}", trial.Outcome, $"{trial.Folds}", trial.Accuracy is { } accuracy ? $"{accuracy:P2}" : "");

            return new Rows(bar, new Text($"{Best(snapshot)}; {Seconds(snapshot)}"), latest);
        }
    }

    private static string Best(ProgressSnapshot snapshot) =>
        snapshot.Best is { } best ? $"best accuracy {best:P2} (trial {snapshot.BestTrial})" : "no complete trial yet";

    private static string Seconds(ProgressSnapshot snapshot) => $"{snapshot.Elapsed.TotalSeconds:F0} s";
}
