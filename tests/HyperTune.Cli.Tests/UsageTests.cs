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
    [InlineData("trials", "--storage", "memory:")]
    [InlineData("dance")]
    [InlineData("copy", "--from", "memory:")]
    [InlineData("doctor", "--grace", "0", "--storage", "memory:")]
    public async Task A_wrong_command_line_ends_with_2_and_says_why(params string[] arguments)
    {
        CliRun run = await _folder.RunAsync(arguments);

        Assert.Equal(2, run.Code);
        Assert.NotEmpty(run.Error);
        Assert.Empty(run.Out);
    }

    [Theory]
    [InlineData("--help")]
    [InlineData("ask", "--help")]
    [InlineData("--version")]
    public async Task Help_and_version_are_no_error(params string[] arguments) => Assert.NotEmpty((await _folder.DoAsync(arguments)).Out);

    [Fact]
    public async Task A_variable_names_the_storage_and_an_option_goes_before_it()
    {
        _folder.Variables["HYPERTUNE_STORAGE"] = _folder.CopyOfOptuna();
        Assert.Equal(20, (await _folder.DoAsync("studies")).Lines.Length);
        Assert.Single((await _folder.DoAsync("studies", "--storage", "memory:")).Lines);
        Assert.Single((await _folder.DoAsync("--storage", "memory:", "studies")).Lines);
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
