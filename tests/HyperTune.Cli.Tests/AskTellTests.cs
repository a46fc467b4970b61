using Microsoft.Extensions.Time.Testing;

namespace HyperTune.Cli.Tests;

public sealed class AskTellTests : IDisposable
{
    private const string Space = """{"x": {"name": "FloatDistribution", "attributes": {"low": -1.0, "high": 1.0, "log": false, "step": null}}, "n": {"name": "IntDistribution", "attributes": {"low": 1, "high": 5}}, "c": {"name": "CategoricalDistribution", "attributes": {"choices": ["a", null]}}}""";

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly CliFolder _folder;

    public AskTellTests()
    {
        _folder = new CliFolder { Time = _time };
        _folder.Variables["HYPERTUNE_STORAGE"] = _folder.UrlOf("s.db");
    }

    [Fact]
    public async Task A_trial_that_was_asked_for_is_told_by_another_process()
    {
        await _folder.DoAsync("create", "--study", "s");

        CliRun asked = await _folder.DoAsync("ask", "--study", "s", "--space", Space);
        Assert.True(asked.Json.TryGetMember("params", out AttributeValue? parameters));
        Assert.Equal(["x", "n", "c"], parameters.Members.Select(member => member.Key));
        Assert.InRange(parameters.Members[0].Value.AsDouble(), -1, 1);
        Assert.InRange(parameters.Members[1].Value.AsInt64(), 1, 5);
        CliRun running = await _folder.DoAsync("trials", "--study", "s");
        Assert.Equal(["0", "RUNNING", ""], running.Lines[1].Split('\t')[..3]);

        CliRun told = await _folder.DoAsync("tell", "--study", "s", "--number", "0", "--values", "-2.5");
        Assert.Empty(told.Out);
        Assert.Equal(["0", "COMPLETE", "-2.5"], (await _folder.DoAsync("best", "--study", "s")).Lines[1].Split('\t')[..3]);
    }

    [Fact]
    public async Task A_trial_that_was_asked_for_is_never_taken_back()
    {
        await _folder.DoAsync("create", "--study", "s");
        await _folder.DoAsync("ask", "--study", "s", "--space", Space);
        _time.Advance(TimeSpan.FromDays(30));
        await using SqliteStorage storage = await SqliteStorage.OpenAsync(_folder.PathOf("s.db"), new() { TimeProvider = _time }, TestContext.Current.CancellationToken);
        StudyRecord study = (await storage.FindStudyAsync("s", TestContext.Current.CancellationToken))!;

        Assert.Empty(await storage.TakeBackAsync(study.Id, new Storage.LeaseRules(TimeSpan.FromSeconds(1), 5), TestContext.Current.CancellationToken));

        Assert.Equal("RUNNING", (await _folder.DoAsync("trials", "--study", "s")).Lines[1].Split('\t')[1]);
    }

    [Fact]
    public async Task An_enqueued_trial_is_asked_for_first_with_the_parameters_it_was_given()
    {
        await using (Study study = await Study.CreateAsync(new() { Name = "s", Storage = await SqliteStorage.OpenAsync(_folder.PathOf("s.db"), cancellationToken: TestContext.Current.CancellationToken), OwnsStorage = true }, TestContext.Current.CancellationToken))
            await study.EnqueueAsync([new("n", 3), new("c", "a")], cancellationToken: TestContext.Current.CancellationToken);

        CliRun asked = await _folder.DoAsync("ask", "--study", "s", "--space", Space);

        Assert.True(asked.Json.TryGetMember("params", out AttributeValue? parameters));
        Assert.Equal((3, "a"), (parameters.Members[1].Value.AsInt64(), parameters.Members[2].Value.AsString()));
    }

    [Theory]
    [InlineData("auto", null)]
    [InlineData("random", null)]
    [InlineData("tpe", """{"startup_trials": 1, "IsMultivariate": true, "priorWeight": 0.5}""")]
    [InlineData("cma-es", """{"Restarts": "Bipop", "PopulationSize": 6}""")]
    [InlineData("gp", """{"StartupTrials": 2}""")]
    [InlineData("qmc", """{"Sequence": "Halton"}""")]
    [InlineData("nsga-ii", """{"PopulationSize": 6}""")]
    [InlineData("nsga-iii", null)]
    [InlineData("brute-force", null)]
    [InlineData("grid", """{"PointsPerRange": 3}""")]
    public async Task Each_sampler_asks_and_one_seed_gives_the_same_again(string sampler, string? options)
    {
        string[] space = sampler == "brute-force" ? ["--space", """{"n": {"name": "IntDistribution", "attributes": {"low": 1, "high": 5}}}"""] : ["--space", Space];
        string[] chosen = ["--sampler", sampler, "--seed", "7", .. options is null ? Array.Empty<string>() : ["--sampler-options", options]];
        var answers = new List<string>();
        foreach (string study in new[] { "one", "two" })
        {
            await _folder.DoAsync("create", "--study", study);
            string text = "";
            for (int i = 0; i < 3; i++)
            {
                text += (await _folder.DoAsync(["ask", "--study", study, .. space, .. chosen])).Out;
                await _folder.DoAsync("tell", "--study", study, "--number", $"{i}", "--values", $"{i}.5");
            }
            answers.Add(text);
        }

        Assert.Equal(answers[0], answers[1]);
        Assert.Contains("\"number\": 2", answers[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sampler_of_generations_works_through_processes_of_one_trial_each()
    {
        await _folder.DoAsync("create", "--study", "s");
        for (int i = 0; i < 14; i++)
        {
            await _folder.DoAsync("ask", "--study", "s", "--space", Space, "--sampler", "nsga-ii", "--seed", "1", "--sampler-options", """{"PopulationSize": 4}""");
            await _folder.DoAsync("tell", "--study", "s", "--number", $"{i}", "--values", $"{i % 5}.5");
        }

        CliRun export = await _folder.DoAsync("export");

        Assert.Contains("hypertune:gen:", export.Out, StringComparison.Ordinal);
        Assert.Contains("hypertune:drawn", export.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("grid", "All cells of the grid are finished.")]
    [InlineData("brute-force", "All combinations of values are finished.")]
    public async Task A_space_that_is_tried_point_by_point_ends_with_the_ask_after_its_last_point(string sampler, string reason)
    {
        await _folder.DoAsync("create", "--study", "s");
        string[] ask = ["ask", "--study", "s", "--sampler", sampler, "--space", """{"c": {"name": "CategoricalDistribution", "attributes": {"choices": ["a", "b"]}}}"""];
        var asked = new List<string>();
        for (int i = 0; i < 2; i++)
        {
            asked.Add((await _folder.DoAsync(ask)).Json.Members[1].Value.Members[0].Value.AsString());
            await _folder.DoAsync("tell", "--study", "s", "--number", $"{i}", "--values", "1");
        }
        Assert.DoesNotContain(reason, (await _folder.DoAsync("export")).Out, StringComparison.Ordinal);

        CliRun run = await _folder.RunAsync(ask);

        Assert.Equal(["a", "b"], asked.Order(StringComparer.Ordinal));
        Assert.Equal(new CliRun(1, "", "Every point of the search space has been tried.\n"), run);
        Assert.StartsWith("2\tFAIL", (await _folder.DoAsync("trials", "--study", "s")).Lines[3], StringComparison.Ordinal);
        Assert.Contains(reason, (await _folder.DoAsync("export")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_space_may_be_in_a_file()
    {
        await _folder.DoAsync("create", "--study", "s");
        await File.WriteAllTextAsync(_folder.PathOf("space.json"), Space, TestContext.Current.CancellationToken);

        CliRun asked = await _folder.DoAsync("ask", "--study", "s", "--space", _folder.PathOf("space.json"));

        Assert.True(asked.Json.TryGetMember("params", out AttributeValue? parameters));
        Assert.Equal(3, parameters.Members.Count);
    }

    [Theory]
    [InlineData("--space", "nowhere.json", "neither a JSON object nor a file")]
    [InlineData("--space", """{"x": 1}""", "space cannot be read")]
    [InlineData("--space", """{"x": {"name": "FloatDistribution", "attributes": {"low": 2.0, "high": 1.0}}}""", "space cannot be read")]
    [InlineData("--sampler", "best", "best")]
    [InlineData("--sampler-options", "{\"Colour\": 1}", "cannot take these options")]
    [InlineData("--sampler-options", "[1]", "JSON object")]
    [InlineData("--sampler-options", "{", "cannot take these options")]
    [InlineData("--seed", "minus", "minus")]
    public async Task A_wrong_argument_of_ask_starts_no_trial(string option, string value, string message)
    {
        await _folder.DoAsync("create", "--study", "s");

        CliRun run = await _folder.RunAsync("ask", "--study", "s", option, value);

        Assert.Equal(2, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Single((await _folder.DoAsync("trials", "--study", "s")).Lines);
    }

    [Fact]
    public async Task A_number_out_of_its_range_in_the_options_is_refused()
    {
        await _folder.DoAsync("create", "--study", "s");

        CliRun run = await _folder.RunAsync("ask", "--study", "s", "--sampler", "tpe", "--sampler-options", """{"StartupTrials": -1}""");

        Assert.Equal((2, "StartupTrials is -1, but must be at least 0. Give a larger one."), (run.Code, run.Error.Split('\n')[0].Trim()));
    }

    [Theory]
    [InlineData("pruned", "PRUNED")]
    [InlineData("fail", "FAIL")]
    public async Task A_trial_is_told_as_pruned_or_failed_with_a_reason(string state, string stored)
    {
        await _folder.DoAsync("create", "--study", "s");
        await _folder.DoAsync("ask", "--study", "s");

        await _folder.DoAsync("tell", "--study", "s", "--number", "0", "--state", state, "--reason", "too slow");

        Assert.Equal(stored, (await _folder.DoAsync("trials", "--study", "s")).Lines[1].Split('\t')[1]);
        Assert.Contains("too slow", (await _folder.DoAsync("trials", "--study", "s", "--json")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Telling_twice_is_refused_unless_it_is_the_same_or_skipped()
    {
        await _folder.DoAsync("create", "--study", "s");
        await _folder.DoAsync("ask", "--study", "s");
        await _folder.DoAsync("tell", "--study", "s", "--number", "0", "--values", "1");

        Assert.Equal(0, (await _folder.RunAsync("tell", "--study", "s", "--number", "0", "--values", "1")).Code);
        Assert.Equal(1, (await _folder.RunAsync("tell", "--study", "s", "--number", "0", "--values", "2")).Code);
        Assert.Equal(0, (await _folder.RunAsync("tell", "--study", "s", "--number", "0", "--values", "2", "--skip-if-finished")).Code);
        Assert.Equal("1", (await _folder.DoAsync("trials", "--study", "s")).Lines[1].Split('\t')[2]);
    }

    [Theory]
    [InlineData(1, "has no trial 5", "--number", "5", "--values", "1")]
    [InlineData(2, "has 1 objective(s), but 2 value(s)", "--number", "0", "--values", "1", "2")]
    [InlineData(2, "needs --values", "--number", "0")]
    [InlineData(2, "is no number", "--number", "0", "--values", "one")]
    [InlineData(2, "no state of a trial", "--number", "0", "--state", "good")]
    [InlineData(2, "A trial ends as", "--number", "0", "--state", "running")]
    [InlineData(2, "leave out --state", "--number", "0", "--state", "fail", "--values", "1")]
    [InlineData(2, "--number", "--values", "1")]
    public async Task A_wrong_end_is_refused_and_the_trial_runs_on(int code, string message, params string[] arguments)
    {
        await _folder.DoAsync("create", "--study", "s");
        await _folder.DoAsync("ask", "--study", "s");

        CliRun run = await _folder.RunAsync(["tell", "--study", "s", .. arguments]);

        Assert.Equal(code, run.Code);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.Equal("RUNNING", (await _folder.DoAsync("trials", "--study", "s")).Lines[1].Split('\t')[1]);
    }

    public void Dispose() => _folder.Dispose();
}
