using System.Globalization;

namespace HyperTune.Worker;

/// <summary>What worker processes note of their trials, in files that go with the test.</summary>
public sealed class WorkerNotes : IDisposable
{
    // A change that came between the look and the wait is seen after this time.
    private const int LongestWait = 100;

    private readonly string _folder = Directory.CreateTempSubdirectory("hypertune-notes-").FullName;

    /// <summary>The file of one worker.</summary>
    public string PathOf(int worker) => Path.Combine(_folder, $"{worker}.txt");

    /// <summary>Waits until a worker has noted that many trials, or has ended.</summary>
    public void Await(WorkerProcess process, int worker, int trials)
    {
        ArgumentNullException.ThrowIfNull(process);
        string path = PathOf(worker);
        using var watcher = new FileSystemWatcher(_folder) { EnableRaisingEvents = true };
        while (!process.HasExited && (!File.Exists(path) || ReadLines(path).Length < trials)) watcher.WaitForChanged(WatcherChangeTypes.All, LongestWait);
    }

    /// <summary>The trials that all workers have noted.</summary>
    public AcknowledgedTrials Read()
    {
        var acknowledged = new AcknowledgedTrials();
        foreach (string line in Directory.GetFiles(_folder).SelectMany(ReadLines))
        {
            string[] parts = line.Split(' ');
            acknowledged.Add(int.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture));
        }
        return acknowledged;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The whole lines of a file that another process may be writing.</summary>
    private static string[] ReadLines(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split(Environment.NewLine)[..^1];
    }
}
