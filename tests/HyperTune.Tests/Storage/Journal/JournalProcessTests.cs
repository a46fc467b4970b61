using HyperTune.Worker;

namespace HyperTune.Tests.Storage.Journal;

/// <summary>Workers in processes of their own, on a journal file for each test.</summary>
public sealed class JournalProcessTests : ProcessContract, IDisposable
{
    private readonly JournalFile _file = new();

    public void Dispose() => _file.Dispose();

    // A worker that is killed while it writes leaves its lock behind. Waiting for that less long shows the same, and 5 s are more than a busy machine keeps a worker from writing.
    protected override ValueTask<string> CreateStorageAsync() => new($"journal:///{_file.FilePath}?stale_lock_age=5");
}
