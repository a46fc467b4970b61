using HyperTune.Worker;

namespace HyperTune.Tests.Storage.Journal;

/// <summary>Workers in processes of their own, on a journal file for each test.</summary>
public sealed class JournalProcessTests : ProcessContract, IDisposable
{
    private readonly JournalFile _file = new();

    public void Dispose() => _file.Dispose();

    protected override ValueTask<string> CreateStorageAsync() => new("journal:///" + _file.FilePath);
}
