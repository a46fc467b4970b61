using StackExchange.Redis;

namespace HyperTune.Storage.Redis.Tests;

/// <summary>The contract on a redis-server.</summary>
public sealed class RedisContractTests(RedisServers servers) : RedisContract
{
    protected override IConnectionMultiplexer Connection => servers.NeedRedis();
}
