using System.Text;
using Microsoft.Data.Sqlite;

namespace HyperTune.Cli.Tests;

/// <summary>A folder with databases, and the program run in this process on them.</summary>
internal sealed class CliFolder : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hypertune-cli-").FullName;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What the user types; null when nobody sits there.</summary>
    public string? Typed { get; set; }

    public string? Input { get; set; }

    public bool IsTerminal { get; set; }

    public Dictionary<string, string> Variables { get; } = [];

    public StorageUrls Urls { get; set; } = new StorageUrls().AddSqlite(new SqliteStorageOptions { Synchronous = SqliteSynchronous.Off }).AddPostgreSql().AddRedis();

    public string PathOf(string file) => Path.Combine(_folder, file);

    public string UrlOf(string file) => $"sqlite:///{PathOf(file)}";

    /// <summary>A copy of the database that Optuna made.</summary>
    public string CopyOfOptuna(string file = "optuna.db")
    {
        File.Copy(Testing.GoldenFile.PathOf("interop/optuna.db"), PathOf(file));
        return UrlOf(file);
    }

    public async Task<CliRun> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter { NewLine = "\n" };
        using var error = new StringWriter { NewLine = "\n" };
        using var bytes = new MemoryStream();
        var host = new CliHost
        {
            Out = output,
            Error = error,
            In = new StringReader(Typed ?? ""),
            OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(Input ?? "")),
            OpenOutput = () => bytes,
            IsInputTerminal = Typed is not null,
            IsOutputTerminal = IsTerminal,
            Variable = name => Variables.GetValueOrDefault(name),
            Time = Time,
            Urls = Urls,
        };
        int code = await CliProgram.RunAsync(arguments, host, TestContext.Current.CancellationToken);
        return new CliRun(code, output + Encoding.UTF8.GetString(bytes.ToArray()), error.ToString());
    }

    /// <summary>Runs a command that must succeed.</summary>
    public async Task<CliRun> DoAsync(params string[] arguments)
    {
        CliRun run = await RunAsync(arguments);
        Assert.True(run.Code == 0, $"{string.Join(' ', arguments)} ended with {run.Code}: {run.Error}{run.Out}");
        return run;
    }

    /// <summary>Changes a database behind the program's back.</summary>
    public void Sql(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={PathOf(file)};Pooling=False;Foreign Keys=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are this project's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
