using System.Net;
using Garnet;
using Garnet.server;
using HyperTune.Storage.Redis.Tests;
using HyperTune.Testing;
using StackExchange.Redis;

[assembly: AssemblyFixture(typeof(RedisServers))]

namespace HyperTune.Storage.Redis.Tests;

/// <summary>The servers that all tests share: Garnet in this process, and a redis-server if the machine has one. Each test takes a prefix of its own.</summary>
public sealed class RedisServers : IAsyncLifetime
{
    private GarnetServer? _garnet;
    private RedisServer? _redis;

    public ConnectionMultiplexer? Garnet { get; private set; }

    public ConnectionMultiplexer? Redis { get; private set; }

    public string? RedisAddress => _redis?.Address;

    public async ValueTask InitializeAsync()
    {
        var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var end = (IPEndPoint)listener.LocalEndpoint;
        listener.Stop();
        // Scripts are one step for others only in this mode.
        _garnet = new GarnetServer(new GarnetServerOptions
        {
            EndPoints = [end],
            EnableLua = true,
            LuaTransactionMode = true,
            LuaOptions = new LuaOptions(LuaMemoryManagementMode.Native, "", Timeout.InfiniteTimeSpan, LuaLoggingMode.Enable, []),
            QuietMode = true,
        });
        _garnet.Start();
        Garnet = await ConnectionMultiplexer.ConnectAsync($"{end},allowAdmin=true");
        _redis = await RedisServer.TryStartAsync();
        if (_redis is not null) Redis = await ConnectionMultiplexer.ConnectAsync($"{_redis.Address},allowAdmin=true");
        else if (Environment.GetEnvironmentVariable("CI") == "true") throw new InvalidOperationException("There is no redis-server. Install it; in CI it may not be missing.");
    }

    public async ValueTask DisposeAsync()
    {
        if (Garnet is not null) await Garnet.DisposeAsync();
        if (Redis is not null) await Redis.DisposeAsync();
        _garnet?.Dispose();
        if (_redis is not null) await _redis.DisposeAsync();
    }

    /// <summary>The connection of a redis-server; skips the test where there is none.</summary>
    public ConnectionMultiplexer NeedRedis()
    {
        Assert.SkipWhen(Redis is null, "There is no redis-server on this machine.");
        return Redis!;
    }
}
