using StackExchange.Redis;

namespace HyperTune.Storage.Redis.Tests;

/// <summary>Workers in processes of their own on a redis-server.</summary>
public sealed class RedisProcessTests(RedisServers servers) : RedisProcessContract
{
    protected override IConnectionMultiplexer Connection => servers.NeedRedis();
}
