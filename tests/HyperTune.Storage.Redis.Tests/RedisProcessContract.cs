using System.Net;
using HyperTune.Worker;
using StackExchange.Redis;

namespace HyperTune.Storage.Redis.Tests;

/// <summary>Workers in processes of their own, under a prefix for each test.</summary>
public abstract class RedisProcessContract : ProcessContract
{
    protected abstract IConnectionMultiplexer Connection { get; }

    protected override ValueTask<string> CreateStorageAsync()
    {
        EndPoint server = Connection.GetEndPoints()[0];
        return new($"redis://{server}?prefix=test-{Guid.NewGuid():N}");
    }
}
