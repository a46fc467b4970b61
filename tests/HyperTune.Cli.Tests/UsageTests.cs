namespace HyperTune.Cli.Tests;

public sealed class UsageTests : IDisposable
{
    private readonly CliFolder _folder = new();

    [Theory]
    [InlineData("studies")]
    [InlineData("studies", "--storage", "study.db")]
    [InlineData("studies", "--storage", "mysql://host/db")]
    [InlineData("studies", "--storage", "sqlite:///")]
    [InlineData("studies", "--storage", "sqlite:///x.db?colour=red")]
    [InlineData("studies", "--colour", "red")]
    [InlineData("trials", "--storage", "journal:///s.log")]
    [InlineData("dance")]
    [InlineData("copy", "--from", "journal:///s.log")]
    [InlineData("doctor", "--grace", "0", "--storage", "journal:///s.log")]
    public async Task A_wrong_command_line_ends_with_2_and_says_why(params string[] arguments)
    {
        CliRun run = await _folder.RunAsync(arguments);

        Assert.Equal(2, run.Code);
        Assert.NotEmpty(run.Error);
        Assert.Empty(run.Out);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("--version")]
    public async Task Help_and_version_are_no_error(params string[] arguments) => Assert.NotEmpty((await _folder.DoAsync(arguments)).Out);

    [Theory]
    [InlineData("studies", "List the studies", "--json")]
    [InlineData("trials", "List the trials", "--study", "--state", "--json")]
    [InlineData("best", "Show the best trial", "--study", "--json")]
    [InlineData("create", "Create a study", "--study", "--direction", "--metric-name", "--skip-if-exists")]
    [InlineData("delete", "Delete a study", "--study", "--yes")]
    [InlineData("ask", "Start a trial", "--study", "--space", "--sampler", "--sampler-options", "--seed")]
    [InlineData("tell", "End a running trial", "--study", "--number", "--values", "--state", "--reason", "--skip-if-finished")]
    [InlineData("export", "Write studies", "--study", "--format", "--output")]
    [InlineData("import", "Read studies", "<FILE>", "--study")]
    [InlineData("copy", "Copy studies", "--from", "--to", "--study")]
    [InlineData("upgrade", "Bring a storage to the present revision")]
    [InlineData("doctor", "Examine a storage", "--grace", "--stale", "--json")]
    public async Task Each_command_has_its_help(string command, params string[] parts)
    {
        Assert.Contains($"  {command} ", (await _folder.DoAsync("--help")).Out, StringComparison.Ordinal);
        string help = (await _folder.DoAsync(command, "--help")).Out;
        Assert.All(["--storage", .. parts], part => Assert.Contains(part, help, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("No command is given. Commands are studies, trials, best,")]
    [InlineData("'dance' is no command. Commands are studies, trials, best,", "dance")]
    [InlineData("'up' is no direction. Give minimize or maximize.", "create", "--direction", "up")]
    [InlineData("'1' is no direction. Give minimize or maximize.", "create", "--direction", "minimize", "1")]
    [InlineData("'one' is no value of --number. Give a whole number, 0 or more.", "tell", "--study", "s", "--number", "one", "--value", "1")]
    [InlineData("'1.5' is no value of --number. Give a whole number, 0 or more.", "tell", "--study", "s", "--number", "1.5", "--value", "1")]
    [InlineData("'-1' is no value of --seed. Give a whole number, 0 or more.", "ask", "--study", "s", "--seed", "-1")]
    [InlineData("'soon' is no value of --grace. Give seconds.", "doctor", "--grace", "soon")]
    [InlineData("'late' is no value of --stale. Give hours.", "doctor", "--stale", "late")]
    public async Task What_is_wrong_is_said_in_the_words_of_the_command_line(string message, params string[] arguments)
    {
        CliRun run = await _folder.RunAsync([.. arguments, "--storage", "journal:///s.log"]);

        Assert.Equal(2, run.Code);
        Assert.StartsWith(message, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_that_a_terminal_would_obey_is_shown(bool isTerminal)
    {
        const string name = "it's \u001b[31mred\u001b]0;title\u0007\nnext\u202ekcab", shown = "it's \\u001b[31mred\\u001b]0;title\\u0007 next\\u202ekcab";
        string url = _folder.UrlOf("hostile.db");
        _folder.Variables["HYPERTUNE_STORAGE"] = url;
        await _folder.DoAsync("create", "--study", name);
        const string space = """{"p\u001b[1m": {"name": "CategoricalDistribution", "attributes": {"choices": ["\u001b[2J"]}}}""";
        await _folder.DoAsync("ask", "--study", name, "--space", space);
        await _folder.DoAsync("tell", "--study", name, "--number", "0", "--value", "1");
        await _folder.DoAsync("ask", "--study", name, "--space", space);
        await _folder.DoAsync("ask", "--study", name, "--space", space);
        _folder.Sql("hostile.db", "UPDATE trials SET state = 'D' || char(27) || 'E' WHERE number = 2");
        _folder.IsTerminal = isTerminal;
        string[][] commands =
        [
            ["studies"], ["trials", "--study", name], ["best", "--study", name], ["doctor"], ["tell", "--study", name, "--number", "9", "--value", "1"], ["copy", "--to", _folder.UrlOf("copy.db")],
            ["copy", "--to", _folder.UrlOf("copy.db")], ["delete", "--study", name, "--yes"], ["delete", "--study", name, "--yes"],
        ];
        foreach (string[] command in commands)
        {
            CliRun run = await _folder.RunAsync(command);
            string all = run.Out + run.Error;
            Assert.DoesNotContain(all, c => (char.IsControl(c) && c is not ('\n' or '\r' or '\t')) || c == '\u202e');
            if (command[0] is not ("trials" or "best") && !isTerminal) Assert.Contains(shown, all, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_variable_names_the_storage_and_an_option_goes_before_it()
    {
        _folder.Variables["HYPERTUNE_STORAGE"] = _folder.CopyOfOptuna();
        Assert.Equal(20, (await _folder.DoAsync("studies")).Lines.Length);
        string other = _folder.UrlOf("other.db");
        await _folder.DoAsync("create", "--study", "s", "--storage", other);
        Assert.Equal(2, (await _folder.DoAsync("studies", "--storage", other)).Lines.Length);
        Assert.Equal(2, (await _folder.DoAsync("--storage", other, "studies")).Lines.Length);
    }

    [Theory]
    [InlineData("create", "--study", "s", "--storage", "memory:")]
    [InlineData("doctor", "--storage", "memory://")]
    [InlineData("import", "-", "--storage", "memory:")]
    [InlineData("copy", "--to", "memory:", "--storage", "FILE")]
    [InlineData("copy", "--from", "memory:", "--to", "FILE")]
    public async Task A_storage_in_memory_is_refused(params string[] arguments)
    {
        string url = _folder.CopyOfOptuna();
        _folder.Input = (await _folder.DoAsync("export", "--storage", url)).Out;

        CliRun run = await _folder.RunAsync([.. arguments.Select(argument => argument == "FILE" ? url : argument)]);

        Assert.Equal((2, ""), (run.Code, run.Out));
        Assert.StartsWith("A storage in memory would be empty now and gone when the command ends. Name one that stays: journal:///study.log, postgresql", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_storage_in_memory_is_not_offered()
    {
        string help = (await _folder.DoAsync("--help")).Out, unnamed = (await _folder.RunAsync("studies")).Error, unknown = (await _folder.RunAsync("studies", "-s", "mysql://host/db")).Error;

        Assert.All([help, unnamed, unknown], text => Assert.Contains("journal:///study.log", text, StringComparison.Ordinal));
        Assert.All([help, unnamed, unknown], text => Assert.DoesNotContain("memory:", text, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("studies")]
    [InlineData("doctor")]
    [InlineData("upgrade")]
    [InlineData("delete", "--study", "s", "--yes")]
    [InlineData("ask", "--study", "s")]
    [InlineData("tell", "--study", "s", "--number", "0", "--values", "1")]
    public async Task A_file_that_is_not_there_is_not_made(params string[] arguments)
    {
        CliRun run = await _folder.RunAsync([.. arguments, "--storage", _folder.UrlOf("missing.db")]);

        Assert.Equal(1, run.Code);
        Assert.Contains("There is no file", run.Error + run.Out, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.PathOf("missing.db")));
    }

    [Theory]
    [InlineData("mysql://me:secret@host/db")]
    [InlineData("postgresql://me:secret@host:port/db")]
    [InlineData("postgresql://me:sec/secret@host/db")]
    [InlineData("sqlite://me:secret@host/x.db")]
    [InlineData("sqlite:///x.db?password=secret")]
    [InlineData("//me:secret@host/db")]
    public async Task No_message_shows_a_password(string url)
    {
        CliRun run = await _folder.RunAsync("studies", "--storage", url);

        Assert.Equal(2, run.Code);
        Assert.DoesNotContain("secret", run.Error + run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upgrade_adds_what_makes_a_file_of_Optuna_fast()
    {
        string url = _folder.CopyOfOptuna();

        CliRun run = await _folder.DoAsync("upgrade", "--storage", url);

        Assert.Equal($"sqlite:///{_folder.PathOf("optuna.db")} is up to date.\n", run.Out);
        Assert.DoesNotContain("missing", (await _folder.RunAsync("doctor", "--storage", url)).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Upgrade_of_an_unknown_revision_fails_and_changes_nothing()
    {
        string url = _folder.CopyOfOptuna();
        _folder.Sql("optuna.db", "UPDATE alembic_version SET version_num = 'v9.9.9'");

        CliRun run = await _folder.RunAsync("upgrade", "--storage", url);

        Assert.Equal(1, run.Code);
        Assert.Contains("v9.9.9", run.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
