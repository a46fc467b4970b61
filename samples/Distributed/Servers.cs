namespace HyperTune.Samples.Distributed;

/// <summary>What the study is shared through when no URL was given: a file in a temporary folder, and servers started for this run.</summary>
internal sealed class Servers : IAsyncDisposable
{
    private readonly DirectoryInfo? _folder;

    private Servers(IReadOnlyList<string> urls, DirectoryInfo? folder)
    {
        Urls = urls;
        _folder = folder;
    }

    public IReadOnlyList<string> Urls { get; }

    public static async Task<Servers> StartAsync(IReadOnlyList<string> given)
    {
        if (given.Count > 0) return new Servers(given, null);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hypertune-distributed-");
        await Task.CompletedTask;
        return new Servers([$"sqlite:///{Path.Combine(folder.FullName, "study.db")}"], folder);
    }

    public ValueTask DisposeAsync()
    {
        _folder?.Delete(recursive: true);
        return default;
    }
}
