namespace HyperTune.Storage.Redis;

/// <summary>The scripts that the server runs, each as one step.</summary>
internal static class RedisScripts
{
    /// <summary>Appends entries if the journal ends where it is expected to; gives 1 if so, or if these very entries stand there already, else 0.</summary>
    /// <remarks>
    /// Keys: the counter, the leases, then one key for each entry. Arguments: the expected counter, the number of entries, of leases and of released trials; then these,
    /// a lease being the trial and its stamp. The counter goes last, so that a reader never finds an index without an entry.
    /// </remarks>
    public const string Append = """
        redis.call('SETNX', KEYS[1], -1)
        local entries, leases, released = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
        local last = redis.call('GET', KEYS[1])
        if type(last) ~= 'string' or not tonumber(last) then return redis.error_reply('WRONGTYPE the counter of the journal is no number') end
        if tonumber(last) ~= tonumber(ARGV[1]) then
          for i = 1, entries do
            if redis.call('GET', KEYS[2 + i]) ~= ARGV[4 + i] then return 0 end
          end
          return 1
        end
        if leases > 0 then
          local now = redis.call('TIME')
          for i = 0, leases - 1 do
            local at = 5 + entries + 2 * i
            redis.call('HSET', KEYS[2], ARGV[at], now[1] .. ' ' .. now[2] .. ' ' .. ARGV[at + 1])
          end
        end
        for i = 1, entries do redis.call('SET', KEYS[2 + i], ARGV[4 + i]) end
        redis.call('INCRBY', KEYS[1], entries)
        for i = 1, released do redis.call('HDEL', KEYS[2], ARGV[4 + entries + 2 * leases + i]) end
        return 1
        """;

    /// <summary>Stamps leases with the server's time. Arguments: the trial and its stamp, for each.</summary>
    public const string Renew = """
        local now = redis.call('TIME')
        for i = 1, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], now[1] .. ' ' .. now[2] .. ' ' .. ARGV[i + 1]) end
        return 1
        """;
}
