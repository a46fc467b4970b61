using HyperTune.Testing;

namespace HyperTune.Tests.Storage.Journal;

/// <summary>A journal file that goes with its test.</summary>
internal sealed class JournalFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("hypertune-journal-");

    public JournalFile(string? copyOf = null)
    {
        FilePath = Path.Combine(_folder.FullName, "studies.log");
        if (copyOf is not null) File.WriteAllBytes(FilePath, File.ReadAllBytes(GoldenFile.PathOf(copyOf)));
    }

    public string FilePath { get; }

    public string LockPath => FilePath + ".lock";

    public string SnapshotPath => FilePath + ".hypertune.snapshot";

    public string LeaseFolder => FilePath + ".hypertune.leases";

    public string[] Lines => File.ReadAllLines(FilePath);

    // Appends that do not wait for the disk show the same behaviour, and sooner.
    public Task<JournalStorage> OpenAsync(JournalFileOptions? options = null) =>
        JournalStorage.OpenFileAsync(FilePath, options ?? new() { FlushToDisk = false }, TestContext.Current.CancellationToken);

    /// <summary>Makes all leases look older.</summary>
    public void Age(TimeSpan age)
    {
        foreach (FileInfo lease in new DirectoryInfo(LeaseFolder).EnumerateFiles()) lease.LastWriteTimeUtc -= age;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
