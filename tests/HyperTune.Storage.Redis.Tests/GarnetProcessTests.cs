using StackExchange.Redis;

namespace HyperTune.Storage.Redis.Tests;

/// <summary>Workers in processes of their own on Garnet.</summary>
public sealed class GarnetProcessTests(RedisServers servers) : RedisProcessContract
{
    protected override IConnectionMultiplexer Connection => servers.Garnet!;
}
