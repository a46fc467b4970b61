using HyperTune.Storage;
using HyperTune.Testing;

namespace HyperTune.Tests.Storage.Journal;

/// <summary>The duties of every storage, on a journal file of its own for each test.</summary>
public sealed class JournalFileContractTests : StorageContract, IDisposable
{
    private readonly JournalFile _file = new();

    protected override bool OrdersRenewals => false;

    public void Dispose() => _file.Dispose();

    protected override async ValueTask<IStorage> OpenAsync() => await _file.OpenAsync(new() { FlushToDisk = false, SnapshotInterval = 20 });

    protected override async ValueTask<IStorage> OpenAgainAsync(IStorage storage) => await OpenAsync();

    protected override async ValueTask<IStorage?> OpenElsewhereAsync(IStorage storage, TimeProvider time) => await _file.OpenAsync(new() { FlushToDisk = false, TimeProvider = time });

    protected override ValueTask AgeLeasesAsync(IStorage storage, StudyId study, TimeSpan age)
    {
        if (Directory.Exists(_file.LeaseFolder)) _file.Age(age);
        return default;
    }
}
