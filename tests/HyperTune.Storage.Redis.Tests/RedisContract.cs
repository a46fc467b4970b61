using HyperTune.Testing;
using StackExchange.Redis;

namespace HyperTune.Storage.Redis.Tests;

/// <summary>The duties of every storage, under a prefix of its own for each test.</summary>
public abstract class RedisContract : StorageContract
{
    private readonly string _prefix = $"test-{Guid.NewGuid():N}";

    protected override int RandomRuns => 30;

    protected override bool OrdersRenewals => false;

    protected abstract IConnectionMultiplexer Connection { get; }

    protected override async ValueTask<IStorage> OpenAsync() => await RedisStorage.OpenAsync(Connection, new() { KeyPrefix = _prefix, SnapshotInterval = 20 }, Token);

    protected override async ValueTask<IStorage> OpenAgainAsync(IStorage storage) => await OpenAsync();

    protected override async ValueTask<IStorage?> OpenElsewhereAsync(IStorage storage, TimeProvider time) =>
        await RedisStorage.OpenAsync(Connection, new() { KeyPrefix = _prefix, TimeProvider = time }, Token);

    protected override async ValueTask AgeLeasesAsync(IStorage storage, StudyId study, TimeSpan age)
    {
        IDatabase database = Connection.GetDatabase();
        RedisKey leases = $"{_prefix}:hypertune:leases";
        foreach (HashEntry lease in await database.HashGetAllAsync(leases))
        {
            string[] parts = lease.Value.ToString().Split(' ');
            await database.HashSetAsync(leases, lease.Name, $"{long.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture) - (long)age.TotalSeconds} {parts[1]} {parts[2]}");
        }
    }
}
