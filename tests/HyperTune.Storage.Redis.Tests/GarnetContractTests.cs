using StackExchange.Redis;

namespace HyperTune.Storage.Redis.Tests;

/// <summary>The contract on Garnet.</summary>
public sealed class GarnetContractTests(RedisServers servers) : RedisContract
{
    protected override IConnectionMultiplexer Connection => servers.Garnet!;
}
