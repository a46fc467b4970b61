using HyperTune.Testing;

namespace HyperTune.Cli.Tests;

/// <summary>Copies between storages of any two kinds.</summary>
public sealed class CopyTests(CliServers servers) : IDisposable
{
    private static readonly string[] Kinds = ["sqlite", "journal", "postgresql", "redis"];

    private readonly CliFolder _folder = new();

    public static TheoryData<string, string> Pairs()
    {
        var pairs = new TheoryData<string, string>();
        foreach (string from in Kinds) foreach (string to in Kinds) pairs.Add(from, to);
        return pairs;
    }

    [Theory]
    [Trait("Category", "Golden")]
    [MemberData(nameof(Pairs))]
    public async Task A_copy_exports_what_the_original_exports(string from, string to)
    {
        string source = await UrlAsync(from, "source"), target = await UrlAsync(to, "target");
        await _folder.DoAsync("create", "--storage", source, "--study", "small", "--direction", "maximize");
        for (int i = 0; i < 2; i++)
            await _folder.DoAsync("ask", "--storage", source, "--study", "small", "--space", """{"x": {"name": "FloatDistribution", "attributes": {"low": 0.0, "high": 1.0}}}""");
        await _folder.DoAsync("tell", "--storage", source, "--study", "small", "--number", "0", "--values", "inf");
        CliRun filled = await _folder.DoAsync("copy", "--from", _folder.CopyOfOptuna(), "--to", source);

        CliRun copied = await _folder.DoAsync("copy", "--from", source, "--to", target);
        CliRun again = await _folder.RunAsync("copy", "--from", source, "--to", target);

        Assert.Equal(19, filled.Lines.Length);
        Assert.Equal(["Copied 'small' with 2 trial(s).", .. filled.Lines], copied.Lines);
        string original = (await _folder.DoAsync("export", "--storage", source)).Out, copy = (await _folder.DoAsync("export", "--storage", target)).Out;
        ArchiveShape.Same(original, copy, comparesIds: false);
        Assert.Equal((1, "There is a study 'small' already. Choose another name, or delete it first.\n"), (again.Code, again.Error));
        await _folder.DoAsync("delete", "--storage", target, "--study", "small", "--yes");
        ArchiveShape.Same(
            await File.ReadAllTextAsync(GoldenFile.PathOf("interop/expected.json"), TestContext.Current.CancellationToken),
            (await _folder.DoAsync("export", "--storage", target)).Out,
            comparesIds: false);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> UrlAsync(string kind, string name) => kind switch
    {
        "sqlite" => _folder.UrlOf(name + ".db"),
        "journal" => $"journal:///{_folder.PathOf(name + ".log")}",
        "postgresql" => await servers.PostgresUrlAsync(),
        _ => await servers.RedisUrlAsync(),
    };
}
