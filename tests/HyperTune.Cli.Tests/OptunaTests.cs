using System.Diagnostics;
using HyperTune.Testing;

namespace HyperTune.Cli.Tests;

/// <summary>Optuna itself on what the library made. Needs a Python that has it: the variable HYPERTUNE_PYTHON names one, else that of the system is asked (Debian's package python3-optuna).</summary>
public sealed class OptunaTests(CliServers servers) : IDisposable
{
    private const string Present = "v3.2.0.a";

    private const string Space = """{"x": {"name": "FloatDistribution", "attributes": {"low": 0.0, "high": 1.0, "log": false, "step": null}}}""";

    /// <summary>The program for Python. Its arguments are a URL and what to do; it prints the result on its last line.</summary>
    private const string Script =
        """
        import sys, warnings
        warnings.simplefilter("ignore")
        import optuna
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        url, what = sys.argv[1:]

        def journal(new, old, *arguments, **options):
            module = getattr(optuna.storages, "journal", None)
            backend = getattr(module, new, None) or getattr(optuna.storages, old)
            return optuna.storages.JournalStorage(backend(*arguments, **options))

        if what == "version":
            print(optuna.__version__)
            sys.exit()
        if url.startswith("journal:"):
            storage = journal("JournalFileBackend", "JournalFileStorage", url[len("journal:///"):])
        elif url.startswith("redis:"):
            server, prefix = url.split("?prefix=")
            storage = journal("JournalRedisBackend", "JournalRedisStorage", server, prefix=prefix)
        else:
            storage = optuna.storages.RDBStorage(url.replace("postgresql:", "postgresql+psycopg2:"), skip_compatibility_check=what == "upgrade")
        if what == "work":
            study = optuna.load_study(study_name="s", storage=storage)
            before = [(trial.state.name, trial.value) for trial in study.trials]
            study.set_user_attr("from", "python")
            study.optimize(lambda trial: trial.suggest_float("x", 0, 1), n_trials=5)
            study.enqueue_trial({"x": 0.25})
            print(before, [trial.number for trial in study.trials])
        elif what == "delete":
            optuna.delete_study(study_name="s", storage=storage)
            print([summary.study_name for summary in optuna.get_all_study_summaries(storage)])
        elif what == "upgrade":
            storage.upgrade()
            print(storage.get_current_version())
        """;

    private readonly CliFolder _folder = new();

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    [InlineData("journal")]
    [InlineData("redis")]
    public async Task Optuna_opens_works_in_and_deletes_from_what_the_library_made(string kind)
    {
        string version = await PythonAsync("memory:", "version");
        // That of 3.1 is an earlier one, which lacks an index and is the same else.
        string theirs = version.StartsWith("3.0.", StringComparison.Ordinal) || version.StartsWith("3.1.", StringComparison.Ordinal) ? "v3.0.0.d" : Present;
        string url = await UrlAsync(kind);
        _folder.Variables["HYPERTUNE_STORAGE"] = url;
        await _folder.DoAsync("create", "--study", "s");
        await _folder.DoAsync("ask", "--study", "s", "--space", Space);
        await _folder.DoAsync("tell", "--study", "s", "--number", "0", "--value", "0.5");
        await _folder.DoAsync("ask", "--study", "s", "--space", Space);

        await SetRevisionAsync(url, theirs);
        Assert.Equal("[('COMPLETE', 0.5), ('RUNNING', None)] [0, 1, 2, 3, 4, 5, 6, 7]", await PythonAsync(url, "work"));
        await SetRevisionAsync(url, Present);

        Assert.Equal("""{"number": 7, "params": {"x": 0.25}}""", (await _folder.DoAsync("ask", "--study", "s", "--space", Space)).Out.Trim());
        Assert.Contains("\"from\": \"python\"", (await _folder.DoAsync("export")).Out, StringComparison.Ordinal);
        Assert.DoesNotContain("missing", (await _folder.DoAsync("doctor")).Out, StringComparison.Ordinal);

        await SetRevisionAsync(url, theirs);
        Assert.Equal("[]", await PythonAsync(url, "delete"));
        await SetRevisionAsync(url, Present);

        await _folder.DoAsync("doctor");
        await _folder.DoAsync("create", "--study", "s");
        Assert.StartsWith("""{"number": 0, """, (await _folder.DoAsync("ask", "--study", "s", "--space", Space)).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task Optuna_upgrades_a_database_that_has_the_librarys_own_tables(string kind)
    {
        _ = await PythonAsync("memory:", "version");
        string url = kind == "sqlite" ? _folder.CopyOfOptuna() : await servers.OptunasPostgresAsync();
        await _folder.DoAsync("upgrade", "--storage", url);
        await SqlAsync(url, kind == "sqlite" ? InteropTests.ToEarlierSqlite : InteropTests.ToEarlierPostgres);

        Assert.Contains(await PythonAsync(url, "upgrade"), new[] { "v3.0.0.d", Present });

        await SetRevisionAsync(url, Present);
        string expected = await File.ReadAllTextAsync(GoldenFile.PathOf("interop/expected.json"), TestContext.Current.CancellationToken);
        ArchiveShape.Same(expected, (await _folder.DoAsync("export", "--storage", url)).Out, comparesIds: true);
        Assert.DoesNotContain("hypertune_", (await _folder.RunAsync("doctor", "--storage", url)).Out, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> UrlAsync(string kind) => kind switch
    {
        "sqlite" => _folder.UrlOf("made.db"),
        "journal" => $"journal:///{_folder.PathOf("made.log")}",
        "redis" => await servers.RedisUrlAsync(),
        _ => await servers.PostgresUrlAsync(),
    };

    private Task SetRevisionAsync(string url, string revision) =>
        url.StartsWith("journal", StringComparison.Ordinal) || url.StartsWith("redis", StringComparison.Ordinal) ? Task.CompletedTask : SqlAsync(url, $"UPDATE alembic_version SET version_num = '{revision}'");

    private async Task SqlAsync(string url, string sql)
    {
        if (url.StartsWith("sqlite", StringComparison.Ordinal)) _folder.Sql(Path.GetFileName(url), sql);
        else await (await servers.PostgresAsync()).PsqlAsync(url[(url.LastIndexOf('/') + 1)..], "-c", sql);
    }

    /// <summary>Runs the script; skips the test where there is no Optuna.</summary>
    private async Task<string> PythonAsync(string url, string what)
    {
        string file = _folder.PathOf("worker.py");
        await File.WriteAllTextAsync(file, Script, TestContext.Current.CancellationToken);
        string python = Environment.GetEnvironmentVariable("HYPERTUNE_PYTHON") ?? "/usr/bin/python3";
        Assert.SkipUnless(File.Exists(python), $"There is no Python at {python}. Name one that has Optuna in HYPERTUNE_PYTHON.");
        using Process process = Process.Start(new ProcessStartInfo(python, [file, url, what]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen((await errors).Contains("No module named 'optuna'", StringComparison.Ordinal), $"{python} has no Optuna. Install Debian's package python3-optuna, or name another Python in HYPERTUNE_PYTHON.");
        Assert.True(process.ExitCode == 0, await errors);
        return output.Trim().Split('\n')[^1];
    }
}
