using System.Text.Json;
using HyperTune.History;
using HyperTune.Testing;
using StackExchange.Redis;

namespace HyperTune.Storage.Redis.Tests;

/// <summary>What a journal in Redis is beyond a storage: Optuna's keys, lost answers, damage, and errors that say what to do.</summary>
public sealed class RedisJournalTests(RedisServers servers)
{
    private readonly string _prefix = $"test-{Guid.NewGuid():N}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ConnectionMultiplexer Connection => servers.Garnet!;

    private IDatabase Database => Connection.GetDatabase();

    [Fact]
    [Trait("Category", "Golden")]
    public async Task Keys_of_Optuna_are_read_as_Optuna_reads_them_and_its_snapshot_is_left_alone()
    {
        foreach (string line in await File.ReadAllLinesAsync(GoldenFile.PathOf("interop/redis.jsonl"), Token))
        {
            using JsonDocument row = JsonDocument.Parse(line);
            string key = _prefix + row.RootElement.GetProperty("key").GetString();
            RedisValue value = row.RootElement.TryGetProperty("value", out JsonElement text) ? text.GetString() : row.RootElement.GetProperty("value_base64").GetBytesFromBase64();
            await Database.StringSetAsync(key, value);
        }
        RedisValue pickle = await Database.StringGetAsync($"{_prefix}:snapshot");
        await using JournalStorage storage = await OpenAsync(new() { SnapshotInterval = 1 });

        Assert.Equal(124, await new InteropExpectation("interop/expected-journal.json").CompareAsync(storage, Token));
        Assert.Equal(pickle, await Database.StringGetAsync($"{_prefix}:snapshot"));
        await using JournalStorage again = await OpenAsync();
        Assert.Equal(124, await new InteropExpectation("interop/expected-journal.json").CompareAsync(again, Token));
    }

    [Fact]
    public async Task Entries_have_blanks_and_the_counter_is_the_index_of_the_last_one()
    {
        await using JournalStorage storage = await OpenAsync();
        await CreateAsync(storage);

        Assert.Equal("0", await Database.StringGetAsync($"{_prefix}:log_number"));
        string entry = (await Database.StringGetAsync($"{_prefix}:log:0")).ToString();
        Assert.Matches("""^\{"op_code": 0, "worker_id": "hypertune-[0-9a-f-]{36}", "study_name": "study", "directions": \[1\]\}$""", entry);
    }

    [Fact]
    public async Task An_append_whose_answer_was_lost_is_known_again()
    {
        var log = new RedisJournalLog(Connection, ownsConnection: false, new() { KeyPrefix = _prefix });
        var group = new Journal.JournalAppend { Expected = default, Entries = ["{\"a\": 1}"u8.ToArray(), "{\"a\": 2}"u8.ToArray()] };
        Assert.Equal(2, (await log.TryAppendAsync(group, Token))?.Entries);

        Assert.Equal(2, (await log.TryAppendAsync(group, Token))?.Entries);
        Assert.Null(await log.TryAppendAsync(group with { Entries = ["{\"a\": 1}"u8.ToArray(), "{\"a\": 3}"u8.ToArray()] }, Token));
        Assert.Null(await log.TryAppendAsync(group with { Entries = ["{\"b\": 1}"u8.ToArray()] }, Token));

        Assert.Equal("1", await Database.StringGetAsync($"{_prefix}:log_number"));
    }

    [Fact]
    public async Task A_flushed_journal_is_noticed()
    {
        await using JournalStorage storage = await OpenAsync();
        StudyId study = await CreateAsync(storage);
        await Database.KeyDeleteAsync([$"{_prefix}:log_number", $"{_prefix}:log:0"]);

        StorageException read = await Assert.ThrowsAsync<StorageException>(async () => await storage.ReadAsync(study, StudyCursor.Start, Token));
        Assert.Contains("flushed", read.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StorageException>(async () => await storage.SetStudyAttributesAsync(study, new() { User = AttributeSet.Empty.With("a", 1) }, Token));
        Assert.Equal("-1", await Database.StringGetAsync($"{_prefix}:log_number"));
    }

    [Fact]
    public async Task A_journal_that_was_flushed_and_filled_again_is_noticed()
    {
        await using JournalStorage storage = await OpenAsync();
        StudyId study = await CreateAsync(storage);
        await Database.KeyDeleteAsync([$"{_prefix}:log_number", $"{_prefix}:log:0"]);
        await using JournalStorage other = await OpenAsync();
        await CreateAsync(other, "first");
        await CreateAsync(other, "second");

        await Assert.ThrowsAsync<StorageException>(async () => await storage.ReadAsync(study, StudyCursor.Start, Token));
    }

    [Fact]
    public async Task A_key_of_another_kind_or_content_is_said()
    {
        await Database.ListRightPushAsync($"{_prefix}:log_number", "x");
        await using (JournalStorage storage = await OpenAsync())
        {
            StorageException wrongKind = await Assert.ThrowsAsync<StorageException>(async () => await CreateAsync(storage));
            Assert.Contains("KeyPrefix", wrongKind.Message, StringComparison.Ordinal);
        }

        await Database.KeyDeleteAsync($"{_prefix}:log_number");
        await Database.StringSetAsync($"{_prefix}:log_number", "0");
        await Database.StringSetAsync($"{_prefix}:log:0", "{\"op_code\": 11, \"worker_id\": \"w\"}");
        StorageException unknown = await Assert.ThrowsAsync<StorageException>(() => OpenAsync());
        Assert.Contains("entry 0", unknown.Message, StringComparison.Ordinal);
        Assert.Contains("operation 11", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_that_look_like_the_protocol_are_texts()
    {
        string nasty = "*3\r\n$3\r\nSET\r\n$1\r\na\r\n\0\"'\\ 🚀 ]]..redis.call('FLUSHALL')";
        await using JournalStorage storage = await OpenAsync();
        StudyId study = await CreateAsync(storage);
        await storage.SetStudyAttributesAsync(study, new() { User = AttributeSet.Empty.With("k", nasty) }, Token);
        await using JournalStorage again = await OpenAsync();

        Assert.Equal(nasty, (await again.FindStudyAsync("study", Token))!.UserAttributes["k"].AsString());
    }

    [Fact]
    public async Task A_password_is_in_no_message()
    {
        StorageException error = await Assert.ThrowsAsync<StorageException>(() =>
            RedisStorage.OpenAsync("127.0.0.1:1,user=somebody,password=hunter2,connectTimeout=200,connectRetry=1", cancellationToken: Token));

        Assert.DoesNotContain("hunter2", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:1", error.Message, StringComparison.Ordinal);
        Assert.True(error.IsTransient);
    }

    [Theory]
    [InlineData("right", true)]
    [InlineData("wr0ng-s3cr3t", false)]
    [InlineData("", false)]
    public async Task A_wrong_password_is_refused_also_where_the_default_user_needs_none(string password, bool isRight)
    {
        string address = servers.NeedRedis().GetEndPoints()[0].ToString()!, user = $"user-{Guid.NewGuid():N}";
        // As few rights as a worker needs, which do not include asking who one is.
        await servers.Redis!.GetDatabase().ExecuteAsync("ACL", "SETUSER", user, "on", ">right", "~*", "&*", "+@read", "+@write", "+@scripting", "+@connection", "+time", "+info", "+cluster");
        foreach (string place in (string[])[$"{address},user={user},password={password}", $"redis://{user}:{password}@{address}"])
        {
            if (isRight)
            {
                await using JournalStorage storage = await RedisStorage.OpenAsync(place, new() { KeyPrefix = _prefix }, Token);
                Assert.Empty(await storage.ListStudiesAsync(Token));
                continue;
            }

            StorageException error = await Assert.ThrowsAsync<StorageException>(() => RedisStorage.OpenAsync(place, new() { KeyPrefix = _prefix }, Token));

            Assert.Contains("it refuses the user or the password", error.Message, StringComparison.Ordinal);
            Assert.DoesNotContain("wr0ng-s3cr3t", error.ToString(), StringComparison.Ordinal);
            Assert.False(error.IsTransient);
        }
    }

    [Fact]
    public async Task A_server_that_went_away_and_came_back_is_found_again()
    {
        servers.NeedRedis();
        await using RedisServer server = (await RedisServer.TryStartAsync())!;
        await using JournalStorage storage = await RedisStorage.OpenAsync(server.Address, cancellationToken: Token);
        StudyId study = await CreateAsync(storage);

        await server.RestartAsync();
        var start = new TrialStart { StartedAt = DateTimeOffset.UnixEpoch, RequestId = Guid.NewGuid() };
        TrialRecord trial = Assert.Single(await storage.StartTrialsAsync(study, start, Token));

        Assert.Equal(0, trial.Number);
        Assert.Equal(trial.Id, Assert.Single(await storage.StartTrialsAsync(study, start, Token)).Id);
    }

    [Fact]
    public async Task A_server_that_stays_away_is_a_passing_error_and_nothing_was_stored()
    {
        servers.NeedRedis();
        await using RedisServer server = (await RedisServer.TryStartAsync())!;
        await using JournalStorage storage = await RedisStorage.OpenAsync($"{server.Address},syncTimeout=300,asyncTimeout=300,connectTimeout=300", new() { Retries = 0 }, Token);
        StudyId study = await CreateAsync(storage);
        await server.KillAsync();

        StorageException error = await Assert.ThrowsAsync<StorageException>(async () =>
            await storage.StartTrialsAsync(study, new() { StartedAt = DateTimeOffset.UnixEpoch, RequestId = Guid.NewGuid() }, Token));
        Assert.True(error.IsTransient);
        Assert.Contains("to start 1 trial(s)", error.Message, StringComparison.Ordinal);

        await server.RestartAsync();
        await using JournalStorage again = await RedisStorage.OpenAsync(server.Address, cancellationToken: Token);
        Assert.Equal(0, Assert.Single(await again.ListStudiesAsync(Token)).TrialCount);
    }

    [Fact]
    public async Task A_read_only_storage_writes_nothing()
    {
        await using (JournalStorage storage = await OpenAsync()) await CreateAsync(storage);
        await using JournalStorage reader = await OpenAsync(new() { IsReadOnly = true });

        Assert.NotNull(await reader.FindStudyAsync("study", Token));
        await Assert.ThrowsAsync<StorageException>(async () => await CreateAsync(reader, "other"));
        Assert.Equal("0", await Database.StringGetAsync($"{_prefix}:log_number"));
    }

    [Fact]
    public void An_option_out_of_range_is_refused()
    {
        Func<RedisStorageOptions>[] bad =
        [
            () => new() { KeyPrefix = null! },
            () => new() { Database = -1 },
            () => new() { Retries = -1 },
            () => new() { SnapshotInterval = 0 },
            () => new() { TimeProvider = null! },
        ];
        Assert.All(bad, make => Assert.ThrowsAny<ArgumentException>(make));
        Assert.Null(new RedisStorageOptions { Database = null }.Database);
        Assert.Equal(nameof(RedisStorageOptions.Database), Assert.Throws<ArgumentOutOfRangeException>(bad[1]).ParamName);
    }

    private Task<JournalStorage> OpenAsync(RedisStorageOptions? options = null) => RedisStorage.OpenAsync(Connection, (options ?? new()) with { KeyPrefix = _prefix }, Token);

    private static async Task<StudyId> CreateAsync(JournalStorage storage, string name = "study") =>
        (await storage.CreateStudyAsync(new() { Name = name, Directions = [Direction.Minimize] }, Token)).Id;
}
