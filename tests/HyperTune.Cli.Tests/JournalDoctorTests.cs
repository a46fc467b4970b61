using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace HyperTune.Cli.Tests;

public sealed class JournalDoctorTests : IDisposable
{
    private const string Entry = "{\"op_code\":0,\"worker_id\":\"w\",\"study_name\":\"s\",\"directions\":[1]}\n";

    // Leases of files have the times of the file system.
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly CliServers _servers;
    private readonly CliFolder _folder;
    private readonly string _path, _url;

    public JournalDoctorTests(CliServers servers)
    {
        _servers = servers;
        _folder = new CliFolder { Time = _time };
        _path = _folder.PathOf("s.log");
        _url = $"journal:///{_path}";
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("journal")]
    [InlineData("redis")]
    public async Task A_journal_of_its_own_is_well_and_an_asked_trial_is_noted(string kind)
    {
        string url = kind == "redis" ? await _servers.RedisUrlAsync() : _url;
        await _folder.DoAsync("create", "-s", url, "--study", "s");
        Assert.Equal("Nothing is wrong.\n", (await _folder.DoAsync("doctor", "-s", url)).Out);

        await _folder.DoAsync("ask", "-s", url, "--study", "s");
        CliRun early = await _folder.DoAsync("doctor", "-s", url);
        _time.Advance(TimeSpan.FromDays(3));
        CliRun late = await _folder.RunAsync("doctor", "-s", url);

        Assert.Equal("note: study 's', trial 0, lease: Running for 0 seconds without a heartbeat, so nobody takes it back. If its worker is gone, end it: hypertune tell --study 's' --number 0 --state fail.\n", early.Out);
        Assert.Equal(1, late.Code);
        Assert.StartsWith("warning: study 's', trial 0, lease: Running for 3 days without", late.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lease_beside_a_file_that_lapsed_is_a_warning()
    {
        await using (JournalStorage storage = await JournalStorage.OpenFileAsync(_path, new() { TimeProvider = _time }, Token)) await StartAsync(storage);
        Assert.Equal("Nothing is wrong.\n", (await _folder.DoAsync("doctor", "-s", _url)).Out);
        _time.Advance(TimeSpan.FromMinutes(10));

        CliRun run = await _folder.RunAsync("doctor", "-s", _url);

        Assert.Equal(1, run.Code);
        Assert.Equal("warning: study 's', trial 0, lease: The lease lapsed: the last heartbeat is 10 minutes old, so its worker has died. The next worker of the study takes the trial back.\n", run.Out);
        Assert.Equal(0, (await _folder.RunAsync("doctor", "-s", _url, "--grace", "3600")).Code);
    }

    [Fact]
    public async Task A_lease_in_Redis_goes_by_the_server_s_clock()
    {
        string url = await _servers.RedisUrlAsync();
        await using (var storage = (JournalStorage)await new StorageUrls().AddRedis().OpenAsync(url, cancellationToken: Token)) await StartAsync(storage);
        _time.Advance(TimeSpan.FromDays(300));

        Assert.Equal("Nothing is wrong.\n", (await _folder.DoAsync("doctor", "-s", url)).Out);
        Assert.StartsWith("warning: study 's', trial 0, lease: The lease lapsed", (await _folder.RunAsync("doctor", "-s", url, "--grace", "0.000001")).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"op_code\":4,\"st", "warning: last line: 16 byte(s) without the end of a line")]
    [InlineData("nonsense\n", "error: journal entry 1: The entry cannot be read: ")]
    [InlineData("nonsense\n" + Entry, "error: The journal '")]
    [InlineData("{\"op_code\":77}\n", "error: The journal '")]
    [InlineData(Entry + Entry, "note: journal entry 1: 2 operation(s), of which this is the first, were to create a study whose name was taken")]
    [InlineData("{\"op_code\":1,\"worker_id\":\"w\",\"study_id\":7}\n", "note: journal entry 1: 1 operation(s), of which this is the first, were to change a study that did not exist")]
    [InlineData("{\"op_code\":6,\"worker_id\":\"w\",\"trial_id\":7,\"state\":3}\n", "note: journal entry 1: 1 operation(s), of which this is the first, were to change a trial that did not exist")]
    [InlineData("{\"op_code\":4,\"worker_id\":\"w\",\"study_id\":0,\"datetime_start\":\"noon\"}\n", "error: study 's', trial 0, journal entry 1: The trial cannot be read")]
    public async Task What_is_broken_in_a_file_is_named_with_its_entry(string behind, string line)
    {
        await File.WriteAllTextAsync(_path, Entry + behind, Token);

        CliRun run = await _folder.RunAsync("doctor", "-s", _url);

        Assert.Contains(run.Lines, found => found.StartsWith(line, StringComparison.Ordinal));
        Assert.Equal(line.StartsWith("note", StringComparison.Ordinal) ? 0 : 1, run.Code);
        Assert.Empty(run.Error);
        Assert.Equal(Entry + behind, await File.ReadAllTextAsync(_path, Token));
        Assert.Equal([_path], Directory.GetFileSystemEntries(Path.GetDirectoryName(_path)!));
    }

    [Fact]
    public async Task Operations_of_two_workers_on_one_trial_are_counted()
    {
        await _folder.DoAsync("create", "-s", _url, "--study", "s");
        await _folder.DoAsync("ask", "-s", _url, "--study", "s");
        const string started = "{\"op_code\":6,\"worker_id\":\"w\",\"trial_id\":0,\"state\":0,\"values\":null,\"datetime_start\":\"2026-01-01T00:00:00.000000+00:00\"}\n";
        const string ended = "{\"op_code\":6,\"worker_id\":\"w\",\"trial_id\":0,\"state\":3,\"values\":null,\"datetime_complete\":\"2026-01-01T00:00:01.000000+00:00\"}\n";
        await File.AppendAllTextAsync(_path, started + ended + ended + started, Token);

        CliRun run = await _folder.DoAsync("doctor", "-s", _url);

        Assert.Contains(run.Lines, line => line.Contains("1 operation(s), of which this is the first, were to start a trial that was running", StringComparison.Ordinal));
        Assert.Contains(run.Lines, line => line.Contains("2 operation(s), of which this is the first, were to change a trial that had ended", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_lock_that_was_left_behind_is_a_warning()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links take a right there.");
        await File.WriteAllTextAsync(_path, Entry, Token);
        File.CreateSymbolicLink(_path + ".lock", _path);
        Assert.Equal(0, (await _folder.RunAsync("doctor", "-s", _url)).Code);
        _time.Advance(TimeSpan.FromMinutes(5));

        CliRun run = await _folder.RunAsync("doctor", "-s", _url);

        Assert.Equal((1, "warning: s.log.lock: The lock is there, and nothing has happened under it for 5 minutes: its worker was killed. The next worker that writes removes it, 30 s after it began to wait.\n"), (run.Code, run.Out));
        Assert.NotNull(new FileInfo(_path + ".lock").LinkTarget);
    }

    [Theory]
    [InlineData("journal")]
    [InlineData("redis")]
    public async Task A_snapshot_that_does_not_fit_is_noted(string kind)
    {
        string url = kind == "redis" ? await _servers.RedisUrlAsync() : _url;
        await _folder.DoAsync("create", "-s", url, "--study", "s");
        if (kind == "redis") await (await _servers.RedisAsync()).GetDatabase().StringSetAsync($"{PrefixOf(url)}:hypertune:snapshot", "garbage");
        else await File.WriteAllTextAsync(_path + ".hypertune.snapshot", "garbage", Token);

        CliRun run = await _folder.DoAsync("doctor", "-s", url);

        Assert.Equal("note: snapshot: The snapshot is passed over, since it is damaged, or of another version: opening takes longer. The next worker that writes replaces it.\n", run.Out);
    }

    [Fact]
    public async Task A_gap_of_entries_in_Redis_is_an_error()
    {
        string url = await _servers.RedisUrlAsync();
        await _folder.DoAsync("create", "-s", url, "--study", "s");
        await _folder.DoAsync("create", "-s", url, "--study", "t");
        IDatabase database = (await _servers.RedisAsync()).GetDatabase();
        await database.KeyDeleteAsync($"{PrefixOf(url)}:log:0");
        // A missing entry is waited for.
        _time.AutoAdvanceAmount = TimeSpan.FromMinutes(1);

        CliRun run = await _folder.RunAsync("doctor", "-s", url);

        Assert.Equal(1, run.Code);
        Assert.StartsWith("error: The journal on redis at 127.0.0.1:", run.Out, StringComparison.Ordinal);
        Assert.Contains("counts an entry 0, but there is none", run.Out, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static string PrefixOf(string url) => url[(url.IndexOf('=', StringComparison.Ordinal) + 1)..];

    private async Task StartAsync(JournalStorage storage)
    {
        StudyRecord study = await storage.CreateStudyAsync(new() { Name = "s", Directions = [Direction.Minimize] }, Token);
        await storage.StartTrialsAsync(study.Id, new() { StartedAt = _time.GetUtcNow(), RequestId = Guid.NewGuid() }, Token);
    }
}
