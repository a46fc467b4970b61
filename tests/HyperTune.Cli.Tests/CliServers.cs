using System.Globalization;
using System.Text.Json;
using HyperTune.Cli.Tests;
using HyperTune.Testing;
using StackExchange.Redis;

[assembly: AssemblyFixture(typeof(CliServers))]

namespace HyperTune.Cli.Tests;

/// <summary>The servers of all tests, each started by the first that needs it. A test where there is none is skipped, or fails where the variable CI is true.</summary>
public sealed class CliServers : IAsyncDisposable
{
    /// <summary>A user of Redis with a password, which no output may show.</summary>
    public const string RedisUser = "ann", RedisPassword = "r3d1s-s3cr3t";

    private readonly Lazy<Task<PostgresServer>> _postgres = new(() => PostgresServer.StartOrSkipAsync());
    private readonly Lazy<Task<(RedisServer Server, ConnectionMultiplexer Connection)>> _redis = new(StartRedisAsync);

    public Task<PostgresServer> PostgresAsync() => _postgres.Value;

    public async Task<ConnectionMultiplexer> RedisAsync() => (await _redis.Value).Connection;

    /// <summary>The URL of a prefix that no other test has, in the database 0, for a user with a password.</summary>
    public async Task<string> RedisUrlAsync() =>
        $"redis://{RedisUser}:{RedisPassword}@{(await _redis.Value).Server.Address}/0?prefix={Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)}";

    /// <summary>The URL of a new database.</summary>
    public async Task<string> PostgresUrlAsync()
    {
        PostgresServer server = await PostgresAsync();
        return server.Url(await server.CreateDatabaseAsync());
    }

    /// <summary>The URL of a new database with what Optuna made.</summary>
    public async Task<string> OptunasPostgresAsync()
    {
        PostgresServer server = await PostgresAsync();
        string database = await server.CreateDatabaseAsync();
        await server.PsqlAsync(database, "-f", GoldenFile.PathOf("interop/optuna.pg.sql"));
        return server.Url(database);
    }

    /// <summary>The URL of a Redis database with what Optuna made, under its own keys.</summary>
    public async Task<string> OptunasRedisAsync(int database)
    {
        (RedisServer server, ConnectionMultiplexer connection) = await _redis.Value;
        IDatabase keys = connection.GetDatabase(database);
        foreach (string line in await File.ReadAllLinesAsync(GoldenFile.PathOf("interop/redis.jsonl"), TestContext.Current.CancellationToken))
        {
            using JsonDocument row = JsonDocument.Parse(line);
            RedisValue value = row.RootElement.TryGetProperty("value", out JsonElement text) ? text.GetString() : row.RootElement.GetProperty("value_base64").GetBytesFromBase64();
            await keys.StringSetAsync(row.RootElement.GetProperty("key").GetString(), value);
        }
        return $"redis://{RedisUser}:{RedisPassword}@{server.Address}/{database}";
    }

    public async ValueTask DisposeAsync()
    {
        if (_redis.IsValueCreated && _redis.Value.IsCompletedSuccessfully)
        {
            await (await _redis.Value).Connection.DisposeAsync();
            await (await _redis.Value).Server.DisposeAsync();
        }
        if (_postgres.IsValueCreated && _postgres.Value.IsCompletedSuccessfully) await (await _postgres.Value).DisposeAsync();
    }

    private static async Task<(RedisServer Server, ConnectionMultiplexer Connection)> StartRedisAsync()
    {
        RedisServer server = await RedisServer.StartOrSkipAsync();
        ConnectionMultiplexer connection = await ConnectionMultiplexer.ConnectAsync($"{server.Address},allowAdmin=true");
        await connection.GetDatabase().ExecuteAsync("ACL", "SETUSER", RedisUser, "on", ">" + RedisPassword, "~*", "&*", "+@all");
        return (server, connection);
    }
}
