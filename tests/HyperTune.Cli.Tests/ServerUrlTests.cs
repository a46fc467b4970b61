using HyperTune.Testing;

namespace HyperTune.Cli.Tests;

/// <summary>Servers named by URLs with passwords: what is wrong is said, and the password never.</summary>
public sealed class ServerUrlTests(CliServers servers) : IDisposable
{
    private const string Wrong = "wr0ng-s3cr3t";

    private readonly CliFolder _folder = new();

    [Theory]
    [InlineData("postgresql")]
    [InlineData("redis")]
    public async Task A_password_is_in_no_output(string kind)
    {
        string url = kind == "redis" ? await servers.RedisUrlAsync() : await servers.PostgresUrlAsync();
        string password = url.Split(':', '@')[2];
        string[][] commands =
        [
            ["create", "--study", "s"], ["create", "--study", "s"], ["ask", "--study", "s"], ["tell", "--study", "s", "--number", "0", "--values", "1"], ["studies"], ["trials", "--study", "s"],
            ["best", "--study", "s"], ["best", "--study", "none"], ["export"], ["export", "--study", "none"], ["copy", "--to", _folder.UrlOf("copy.db")], ["copy", "--to", url],
            ["upgrade"], ["doctor"], ["doctor", "--json"], ["delete", "--study", "s", "--yes"], ["--help"],
        ];
        foreach (string[] command in commands)
        {
            CliRun run = await _folder.RunAsync([.. command, "--storage", url]);
            Assert.DoesNotContain(password, run.Out + run.Error, StringComparison.Ordinal);
            if (command[0] == "upgrade") Assert.Equal((0, url.Replace(password, "***", StringComparison.Ordinal) + " is up to date.\n"), (run.Code, run.Out));
        }
    }

    [Theory]
    [InlineData("password", "does not accept the role or its password")]
    [InlineData("database", "there is no such database")]
    [InlineData("port", "Check that the server runs and can be reached")]
    [InlineData("host", "Check that the server runs and can be reached")]
    public async Task What_is_wrong_with_PostgreSql_is_said(string what, string message)
    {
        PostgresServer server = await servers.PostgresAsync();
        string url = what switch
        {
            "password" => $"postgresql://postgres:{Wrong}@127.0.0.1:{server.Port}/postgres",
            "database" => server.Url("nowhere"),
            "port" => $"postgresql://postgres:{Wrong}@127.0.0.1:1/postgres",
            _ => $"postgresql://postgres:{Wrong}@nowhere.invalid/postgres",
        };

        await FailsAsync(url, message, url.Split(':', '@')[2]);
    }

    [Theory]
    [InlineData("password", "it refuses the user or the password")]
    [InlineData("database", "it has no database of this number")]
    [InlineData("port", "it cannot be reached")]
    [InlineData("host", "it cannot be reached")]
    public async Task What_is_wrong_with_Redis_is_said(string what, string message)
    {
        string right = await servers.RedisUrlAsync();
        string address = right.Split('@', '/')[3];
        string url = what switch
        {
            "password" => $"redis://{CliServers.RedisUser}:{Wrong}@{address}/0",
            "database" => $"redis://{CliServers.RedisUser}:{CliServers.RedisPassword}@{address}/99",
            "port" => $"redis://:{Wrong}@127.0.0.1:1/0",
            _ => $"redis://:{Wrong}@nowhere.invalid/0",
        };

        await FailsAsync(url, message, url.Split(':', '@')[2]);
    }

    [Theory]
    [InlineData("postgresql", "has no study tables, and none were made. Check the database's name; a new study makes them.")]
    [InlineData("redis", "There is no journal on redis at ")]
    [InlineData("sqlite", "has no study tables, and none were made. Check the path; a new study makes them.")]
    public async Task What_holds_no_studies_is_refused_and_left_as_it_is_unless_a_study_is_made(string kind, string message)
    {
        string url = kind switch
        {
            "redis" => await servers.RedisUrlAsync(),
            "postgresql" => await servers.PostgresUrlAsync(),
            _ => _folder.UrlOf("recipes.db"),
        };
        if (kind == "sqlite") _folder.Sql("recipes.db", "CREATE TABLE recipes (id INTEGER)");
        string[][] commands = [["studies"], ["export"], ["ask", "--study", "s"], ["upgrade"], ["delete", "--study", "s", "--yes"], ["studies"]];
        foreach (string[] command in commands)
        {
            CliRun run = await _folder.RunAsync([.. command, "--storage", url]);
            Assert.Equal((1, ""), (run.Code, run.Out));
            Assert.Contains(message, run.Error, StringComparison.Ordinal);
        }
        CliRun doctor = await _folder.RunAsync("doctor", "--storage", url);
        Assert.Equal(1, doctor.Code);
        Assert.Contains(message, doctor.Out, StringComparison.Ordinal);

        await _folder.DoAsync("create", "--study", "s", "--storage", url);

        Assert.Equal(2, (await _folder.DoAsync("studies", "--storage", url)).Lines.Length);
    }

    public void Dispose() => _folder.Dispose();

    private async Task FailsAsync(string url, string message, string password)
    {
        CliRun run = await _folder.RunAsync("studies", "--storage", url);
        CliRun doctor = await _folder.RunAsync("doctor", "--storage", url);

        Assert.Equal((1, 1), (run.Code, doctor.Code));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
        Assert.StartsWith("error: ", doctor.Out, StringComparison.Ordinal);
        Assert.Contains(message, doctor.Out, StringComparison.Ordinal);
        Assert.DoesNotContain(password, run.Out + run.Error + doctor.Out + doctor.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }
}
