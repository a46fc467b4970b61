using System.Globalization;
using HyperTune.Testing;
using Npgsql;

namespace HyperTune.Storage.PostgreSql.Tests;

/// <summary>A database of a test's own, and bare connections to look into it.</summary>
internal sealed class PostgresDatabase : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;

    private PostgresDatabase(PostgresServer server, string name)
    {
        (Server, Name) = (server, name);
        _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.ConnectionString(name)) { Pooling = false });
    }

    public PostgresServer Server { get; }

    public string Name { get; }

    public string ConnectionString => Server.ConnectionString(Name);

    public string Url => Server.Url(Name);

    /// <summary>Makes a database.</summary>
    /// <param name="server">The server.</param>
    /// <param name="template">The database that it is a copy of; that of an empty one by default.</param>
    public static async Task<PostgresDatabase> CreateAsync(PostgresServer server, string template = "template1")
    {
        string name = "test_" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        await RunOnServerAsync(server, $"CREATE DATABASE {name} TEMPLATE {template}");
        return new(server, name);
    }

    /// <summary>Loads the database that Optuna made.</summary>
    public Task LoadOptunasAsync() => Server.PsqlAsync(Name, "-f", GoldenFile.PathOf("interop/optuna.pg.sql"));

    public Task<PostgreSqlStorage> OpenAsync(PostgreSqlStorageOptions? options = null) => PostgreSqlStorage.OpenAsync(ConnectionString, options, Requests.Token);

    public async Task<NpgsqlConnection> ConnectAsync() => await _source.OpenConnectionAsync(Requests.Token);

    /// <summary>Runs statements as any other program might.</summary>
    public async Task RunAsync(string sql)
    {
        await using NpgsqlConnection connection = await ConnectAsync();
        await RunAsync(connection, sql);
    }

    public static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
#pragma warning disable CA2100 // The statements are this project's own.
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync(Requests.Token);
    }

    /// <summary>All rows of a query, cells as texts joined by '|'.</summary>
    public async Task<List<string>> RowsAsync(string sql)
    {
        await using NpgsqlConnection connection = await ConnectAsync();
#pragma warning disable CA2100
        await using var command = new NpgsqlCommand(sql, connection);
#pragma warning restore CA2100
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(Requests.Token);
        var rows = new List<string>();
        while (await reader.ReadAsync(Requests.Token)) rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => Show(reader.GetValue(i)))));
        return rows;
    }

    public async Task<string> CellAsync(string sql) => Assert.Single(await RowsAsync(sql));

    public async ValueTask DisposeAsync()
    {
        await _source.DisposeAsync();
        await RunOnServerAsync(Server, $"DROP DATABASE {Name} WITH (FORCE)");
    }

    private static async Task RunOnServerAsync(PostgresServer server, string sql)
    {
        await using NpgsqlDataSource source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(server.ConnectionString()) { Pooling = false, CommandTimeout = 0 });
        await using NpgsqlCommand command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private static string? Show(object value) => value switch
    {
        DBNull => "NULL",
        DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };
}
