using System.Diagnostics;
using HyperTune.Storage;
using HyperTune.Testing;

namespace HyperTune.Cli.Tests;

public sealed class ExportTests : IDisposable
{
    private readonly CliFolder _folder = new();

    [Fact]
    [Trait("Category", "Golden")]
    public async Task A_database_of_Optuna_exports_to_exactly_the_expected_file()
    {
        CliRun run = await _folder.DoAsync("export", "--storage", _folder.CopyOfOptuna());

        ArchiveShape.Same(await ExpectedAsync(), run.Out, comparesIds: true);
        Assert.Empty(run.Error);
    }

    [Fact]
    [Trait("Category", "Golden")]
    public async Task An_export_that_is_imported_elsewhere_exports_the_same_again()
    {
        string file = _folder.PathOf("all.json");
        await _folder.DoAsync("export", "--storage", _folder.CopyOfOptuna(), "--output", file);

        CliRun imported = await _folder.DoAsync("import", file, "--storage", _folder.UrlOf("new.db"));
        CliRun again = await _folder.DoAsync("export", "--storage", _folder.UrlOf("new.db"));

        Assert.Equal(19, imported.Lines.Length);
        Assert.Contains("Imported 'all-kinds' with 16 trial(s).", imported.Lines);
        ArchiveShape.Same(await ExpectedAsync(), again.Out, comparesIds: false);
    }

    [Fact]
    [Trait("Category", "Golden")]
    public async Task A_copy_holds_what_the_original_holds()
    {
        string source = _folder.CopyOfOptuna();

        CliRun copied = await _folder.DoAsync("copy", "--from", source, "--to", _folder.UrlOf("copy.db"));

        Assert.Contains("Copied 'retried' with 4 trial(s).", copied.Lines);
        await using SqliteStorage storage = await SqliteStorage.OpenAsync(_folder.PathOf("copy.db"), cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(124, await new InteropExpectation("interop/expected.json", isSameStorage: false).CompareAsync(storage, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Named_studies_alone_are_exported_and_imported()
    {
        string source = _folder.CopyOfOptuna();
        _folder.Input = (await _folder.DoAsync("export", "-s", source, "--study", "sampler-tpe", "empty", "moving-ranges")).Out;

        CliRun imported = await _folder.DoAsync("import", "-", "-s", _folder.UrlOf("new.db"), "--study", "empty", "--study", "moving-ranges");

        Assert.Equal(["Imported 'empty' with 0 trial(s).", "Imported 'moving-ranges' with 4 trial(s)."], imported.Lines);
        Assert.Equal(["name", "empty", "moving-ranges"], (await _folder.DoAsync("studies", "-s", _folder.UrlOf("new.db"))).Lines.Select(line => line.Split('\t')[0]));
    }

    [Fact]
    public async Task Importing_a_name_that_is_taken_stores_nothing()
    {
        string source = _folder.CopyOfOptuna();
        _folder.Input = (await _folder.DoAsync("export", "-s", source)).Out;
        await _folder.DoAsync("create", "-s", _folder.UrlOf("new.db"), "--study", "retried");

        CliRun run = await _folder.RunAsync("import", "-", "-s", _folder.UrlOf("new.db"));

        Assert.Equal(1, run.Code);
        Assert.Contains("retried", run.Error, StringComparison.Ordinal);
        Assert.Equal(2, (await _folder.DoAsync("studies", "-s", _folder.UrlOf("new.db"))).Lines.Length);
    }

    [Theory]
    [InlineData("", "Not a JSON text")]
    [InlineData("[1]", "no archive")]
    [InlineData("""{"format": 2, "studies": []}""", "format 2")]
    [InlineData("""{"format": 1, "studies": [{"name": "s"}]}""", "'directions' of the study 's'")]
    [InlineData("""{"format": 1, "studies": [{"name": "s", "directions": ["UP"], "user_attrs": {}, "system_attrs": {}, "trials": []}]}""", "neither MINIMIZE nor MAXIMIZE")]
    [InlineData("""{"format": 1, "studies": [{"name": "s", "directions": [], "user_attrs": {}, "system_attrs": {}, "trials": []}]}""", "Directions")]
    public async Task A_file_that_is_no_export_is_refused(string text, string message)
    {
        _folder.Input = text;

        CliRun run = await _folder.RunAsync("import", "-", "-s", _folder.UrlOf("new.db"));

        Assert.Equal(1, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.PathOf("new.db")));
    }

    [Theory]
    [InlineData("import", "-", "--storage", "NEW", "--study", "missing")]
    [InlineData("import", "no-such-file.json", "--storage", "NEW")]
    [InlineData("copy", "--storage", "OLD", "--to", "NEW", "--study", "sampler-tpe", "missing")]
    [InlineData("copy", "--storage", "OTHER", "--to", "NEW")]
    public async Task What_cannot_be_read_leaves_no_new_storage_behind(params string[] arguments)
    {
        string url = _folder.CopyOfOptuna();
        _folder.Input = (await _folder.DoAsync("export", "-s", url, "--study", "sampler-tpe")).Out;

        CliRun run = await _folder.RunAsync([.. arguments.Select(argument => argument switch { "OLD" => url, "NEW" => _folder.UrlOf("new.db"), "OTHER" => _folder.UrlOf("other.db"), _ => argument })]);

        Assert.Equal((1, ""), (run.Code, run.Out));
        Assert.NotEmpty(run.Error);
        Assert.Equal([_folder.PathOf("optuna.db")], Directory.GetFiles(_folder.PathOf("")));
    }

    [Fact]
    public async Task The_deepest_attribute_is_shown_and_exported()
    {
        string url = _folder.UrlOf("deep.db");
        await _folder.DoAsync("create", "--study", "s", "--storage", url);
        await _folder.DoAsync("ask", "--study", "s", "--storage", url);
        _folder.Sql("deep.db", "INSERT INTO trial_user_attributes (trial_id, \"key\", value_json) VALUES (1, 'deep', replace(hex(zeroblob(256)), '0', '[') || replace(hex(zeroblob(256)), '0', ']'))");

        CliRun shown = await _folder.DoAsync("trials", "--study", "s", "--json", "--storage", url);
        await _folder.DoAsync("export", "--output", _folder.PathOf("deep.json"), "--storage", url);
        await _folder.DoAsync("import", _folder.PathOf("deep.json"), "--storage", _folder.UrlOf("again.db"));

        string deep = new string('[', AttributeValue.MaxDepth) + new string(']', AttributeValue.MaxDepth);
        Assert.Contains($"{{\"deep\": {deep}}}", shown.Out, StringComparison.Ordinal);
        Assert.Contains(deep, (await _folder.DoAsync("export", "--storage", _folder.UrlOf("again.db"))).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Csv_has_a_column_for_each_value_parameter_and_attribute()
    {
        string url = _folder.UrlOf("s.db");
        await _folder.DoAsync("create", "-s", url, "--study", "two", "--direction", "minimize", "maximize");
        await _folder.DoAsync("ask", "-s", url, "--study", "two", "--sampler", "random", "--seed", "1", "--space", """{"a, \"b\"": {"name": "CategoricalDistribution", "attributes": {"choices": ["one, \"two\""]}}}""");
        await _folder.DoAsync("tell", "-s", url, "--study", "two", "--number", "0", "--values", "-1.5", "inf");
        await _folder.DoAsync("ask", "-s", url, "--study", "two");

        CliRun run = await _folder.DoAsync("export", "-s", url, "--format", "csv");

        string[] lines = run.Out.Split("\r\n");
        Assert.StartsWith("number,values_0,values_1,datetime_start,datetime_complete,duration,\"params_a, \"\"b\"\"\",system_attrs_", lines[0], StringComparison.Ordinal);
        Assert.EndsWith(",state", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("0,-1.5,Infinity,20", lines[1], StringComparison.Ordinal);
        Assert.Contains(",\"one, \"\"two\"\"\",", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",COMPLETE", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("1,,,20", lines[2], StringComparison.Ordinal);
        Assert.Equal("", lines[3]);
    }

    [Fact]
    public async Task Csv_of_several_studies_is_refused()
    {
        CliRun run = await _folder.RunAsync("export", "-s", _folder.CopyOfOptuna(), "--format", "csv");

        Assert.Equal((2, "CSV holds the trials of one study, but there are 19. Give --study once.\n"), (run.Code, run.Error));
    }

    [Fact]
    public async Task A_wrong_name_leaves_an_earlier_file_as_it_was()
    {
        string file = _folder.PathOf("kept.json");
        await File.WriteAllTextAsync(file, "kept", TestContext.Current.CancellationToken);

        CliRun run = await _folder.RunAsync("export", "-s", _folder.CopyOfOptuna(), "--study", "none", "--output", file);

        Assert.Equal(1, run.Code);
        Assert.Equal("kept", await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_export_that_fails_in_the_middle_leaves_an_earlier_file_as_it_was_and_no_fragment(bool isThere)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        string folder = Directory.CreateDirectory(_folder.PathOf("out")).FullName, file = Path.Combine(folder, "all.json");
        if (isThere) await File.WriteAllTextAsync(file, "kept", token);
        var storage = new FaultyStorage();
        foreach (string name in (string[])["first", "second"]) await storage.CreateStudyAsync(new() { Name = name, Directions = [Direction.Minimize] }, token);
        string[] seen = [];
        storage.Latency = operation =>
        {
            // The first study has been written when the second one is read.
            if (operation != StorageOperation.Read || storage.CallsOf(StorageOperation.Read) != 2) return Task.CompletedTask;
            seen = Directory.GetFiles(folder);
            throw new StorageException("The disk is gone.");
        };
        _folder.Urls = _folder.Urls.Add("faulty", "faulty:", (_, _, _) => Task.FromResult<IStorage>(storage));

        CliRun run = await _folder.RunAsync("export", "-s", "faulty:", "--output", file);

        Assert.Equal((1, "The disk is gone.\n"), (run.Code, run.Error));
        Assert.Single(seen, path => path != file);
        Assert.Equal(isThere ? [file] : [], Directory.GetFiles(folder));
        if (isThere) Assert.Equal("kept", await File.ReadAllTextAsync(file, token));
    }

    [Fact]
    public async Task A_file_that_is_replaced_keeps_its_rights_and_a_link_stays_one()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Rights and links are those of Unix.");
            return;
        }
        string folder = Directory.CreateDirectory(_folder.PathOf("out")).FullName, file = Path.Combine(folder, "all.json"), link = Path.Combine(folder, "link.json");
        await File.WriteAllTextAsync(file, new string('x', 1_000_000), TestContext.Current.CancellationToken);
        const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.SetUnixFileMode(file, Mode);
        File.CreateSymbolicLink(link, "all.json");
        string source = _folder.CopyOfOptuna();

        await _folder.DoAsync("export", "-s", source, "--output", link);

        Assert.Equal((await _folder.DoAsync("export", "-s", source)).Out, await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));
        Assert.Equal((Mode, "all.json"), (File.GetUnixFileMode(file), new FileInfo(link).LinkTarget));
        Assert.Equal([file, link], Directory.GetFiles(folder).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_pipe_is_written_as_it_is()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Pipes with a path are those of Unix.");
            return;
        }
        string pipe = _folder.PathOf("pipe"), source = _folder.CopyOfOptuna();
        using (Process made = Process.Start("mkfifo", pipe)) await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        Task<string> read = Task.Run(() => File.ReadAllText(pipe), TestContext.Current.CancellationToken);

        await _folder.DoAsync("export", "-s", source, "--study", "retried", "--output", pipe);

        Assert.Equal((await _folder.DoAsync("export", "-s", source, "--study", "retried")).Out, await read);
    }

    [Fact]
    public async Task A_folder_is_no_file_to_write()
    {
        CliRun run = await _folder.RunAsync("export", "-s", _folder.CopyOfOptuna(), "--output", _folder.PathOf("."));

        Assert.Equal(2, run.Code);
        Assert.Contains("is a folder", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trial_that_cannot_be_read_is_left_out_and_named()
    {
        string source = _folder.CopyOfOptuna();
        _folder.Sql("optuna.db", "UPDATE trials SET state = 'DONE' WHERE number = 1 AND study_id = (SELECT study_id FROM studies WHERE study_name = 'sampler-grid')");

        CliRun run = await _folder.RunAsync("export", "-s", source, "--study", "sampler-grid", "-o", _folder.PathOf("rest.json"));

        Assert.Equal(1, run.Code);
        Assert.Contains("Left out: trial 1 of 'sampler-grid', of which trials.state cannot be read", run.Error, StringComparison.Ordinal);
        Assert.Equal(["Imported 'sampler-grid' with 3 trial(s)."], (await _folder.DoAsync("import", _folder.PathOf("rest.json"), "-s", _folder.UrlOf("new.db"))).Lines);
    }

    public void Dispose() => _folder.Dispose();

    private static Task<string> ExpectedAsync() => File.ReadAllTextAsync(GoldenFile.PathOf("interop/expected.json"), TestContext.Current.CancellationToken);
}
