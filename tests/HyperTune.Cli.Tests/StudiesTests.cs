namespace HyperTune.Cli.Tests;

public sealed class StudiesTests : IDisposable
{
    private readonly CliFolder _folder = new();

    [Fact]
    public async Task Studies_of_a_pipe_are_lines_with_tabs()
    {
        CliRun run = await _folder.DoAsync("studies", "--storage", _folder.CopyOfOptuna());

        Assert.Equal("name\tdirections\ttrials\tstarted", run.Lines[0]);
        Assert.Contains("all-kinds\tMINIMIZE\t16\t2026-03-29 00:59:31.008039", run.Lines);
        Assert.Contains("multi-constraints\tMINIMIZE, MAXIMIZE, MINIMIZE\t15\t2026-03-29 01:00:11.174589", run.Lines);
        Assert.Equal(20, run.Lines.Length);
    }

    [Fact]
    public async Task Studies_at_a_terminal_are_a_table()
    {
        _folder.IsTerminal = true;

        CliRun run = await _folder.DoAsync("studies", "--storage", _folder.CopyOfOptuna());

        Assert.Contains('│', run.Out);
        Assert.Contains("all-kinds", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Studies_as_json_have_their_facts()
    {
        CliRun run = await _folder.DoAsync("studies", "--json", "--storage", _folder.CopyOfOptuna());

        Assert.Equal(19, run.Json.Items.Count);
        Assert.True(run.Json.Items[0].TryGetMember("n_trials", out AttributeValue? count));
        Assert.Equal(16, count.AsInt64());
    }

    [Fact]
    public async Task Trials_are_chosen_by_state()
    {
        string url = _folder.CopyOfOptuna();

        CliRun table = await _folder.DoAsync("trials", "--study", "all-kinds", "--state", "pruned", "fail", "--storage", url);
        CliRun json = await _folder.DoAsync("trials", "--study", "all-kinds", "--state", "pruned", "fail", "--storage", url, "--json");

        string[] states = [.. table.Lines.Skip(1).Select(line => line.Split('\t')[1]).Distinct().Order(StringComparer.Ordinal)];
        Assert.Equal(["FAIL", "PRUNED"], states);
        Assert.Equal(table.Lines.Length - 1, json.Json.Items.Count);
    }

    [Fact]
    public async Task Best_is_one_trial_or_the_front()
    {
        string url = _folder.CopyOfOptuna();

        CliRun one = await _folder.DoAsync("best", "--study", "all-kinds", "-s", url);
        CliRun front = await _folder.DoAsync("best", "--study", "multi-constraints", "-s", url, "--json");

        Assert.Equal("-0.391607816586208", Assert.Single(one.Lines.Skip(1)).Split('\t')[2]);
        Assert.True(front.Json.Items.Count > 1);
        foreach (AttributeValue trial in front.Json.Items)
        {
            Assert.True(trial.TryGetMember("constraints", out AttributeValue? constraints));
            Assert.All(constraints.Members, constraint => Assert.True(constraint.Value.AsDouble() <= 0));
        }
    }

    [Fact]
    public async Task Best_without_a_complete_trial_fails()
    {
        CliRun run = await _folder.RunAsync("best", "--study", "retried", "-s", _folder.CopyOfOptuna());

        Assert.Equal((1, "The study 'retried' has no complete feasible trial yet.\n"), (run.Code, run.Error));
    }

    [Fact]
    public async Task Create_makes_the_storage_and_writes_the_name()
    {
        string url = _folder.UrlOf("new.db");

        CliRun named = await _folder.DoAsync("create", "-s", url, "--study", "two", "--direction", "minimize", "maximize", "--metric-name", "loss", "gain");
        CliRun unnamed = await _folder.DoAsync("create", "-s", url);

        Assert.Equal("two\n", named.Out);
        Assert.StartsWith("no-name-", unnamed.Out, StringComparison.Ordinal);
        Assert.Equal("two\tMINIMIZE, MAXIMIZE\t0\t", (await _folder.DoAsync("studies", "-s", url)).Out.Split('\n')[1]);
    }

    [Fact]
    public async Task Create_of_a_name_that_is_taken_fails_unless_skipped()
    {
        string url = _folder.UrlOf("new.db");
        await _folder.DoAsync("create", "-s", url, "--study", "s");

        Assert.Equal(1, (await _folder.RunAsync("create", "-s", url, "--study", "s")).Code);
        Assert.Equal("s\n", (await _folder.DoAsync("create", "-s", url, "--study", "s", "--skip-if-exists")).Out);
        Assert.Equal(2, (await _folder.RunAsync("create", "-s", url, "--study", "t", "--direction", "minimize", "--metric-name", "a", "b")).Code);
    }

    [Theory]
    [InlineData("y", 0, 18)]
    [InlineData("yes", 0, 18)]
    [InlineData("", 1, 19)]
    [InlineData("no", 1, 19)]
    public async Task Delete_asks_first(string typed, int code, int left)
    {
        string url = _folder.CopyOfOptuna();
        _folder.Typed = typed;

        CliRun run = await _folder.RunAsync("delete", "--study", "all-kinds", "-s", url);

        Assert.Equal(code, run.Code);
        Assert.Contains("Delete the study 'all-kinds' with 16 trial(s)", run.Error, StringComparison.Ordinal);
        Assert.Equal(left, (await _folder.DoAsync("studies", "-s", url, "--json")).Json.Items.Count);
    }

    [Fact]
    public async Task Delete_with_nobody_to_ask_needs_yes()
    {
        string url = _folder.CopyOfOptuna();

        Assert.Equal(2, (await _folder.RunAsync("delete", "--study", "all-kinds", "-s", url)).Code);
        Assert.Equal("Deleted the study 'all-kinds' with 16 trial(s).\n", (await _folder.DoAsync("delete", "--study", "all-kinds", "-s", url, "--yes")).Out);
        Assert.Equal(1, (await _folder.RunAsync("delete", "--study", "all-kinds", "-s", url, "--yes")).Code);
    }

    [Fact]
    public async Task Copy_of_one_study_takes_it_alone_and_not_twice()
    {
        string source = _folder.CopyOfOptuna(), target = _folder.UrlOf("new.db");

        Assert.Equal(["Copied 'pruner-sha' with 8 trial(s)."], (await _folder.DoAsync("copy", "-s", source, "--to", target, "--study", "pruner-sha")).Lines);
        Assert.Equal(1, (await _folder.RunAsync("copy", "-s", source, "--to", target, "--study", "pruner-sha")).Code);
        Assert.Equal(1, (await _folder.RunAsync("copy", "-s", source, "--to", target, "--study", "none")).Code);
    }

    [Theory]
    [InlineData("trials", "--study", "s")]
    [InlineData("trials", "--study", "s", "--json")]
    [InlineData("studies")]
    public async Task An_attribute_that_cannot_be_read_is_warned_of_once(params string[] arguments)
    {
        string url = _folder.UrlOf("s.db");
        await _folder.DoAsync("create", "-s", url, "--study", "s");
        _folder.Sql("s.db", "INSERT INTO study_user_attributes (study_id, \"key\", value_json) VALUES (1, 'k', '[1'), (1, 'l', '{')");

        CliRun run = await _folder.DoAsync([.. arguments, "-s", url]);

        string[] warnings = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, warnings.Length);
        Assert.StartsWith("warning: The attribute 'k' of the study 's' cannot be read and is left out", warnings[0], StringComparison.Ordinal);
        Assert.StartsWith("warning: The attribute 'l' ", warnings[1], StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();
}
