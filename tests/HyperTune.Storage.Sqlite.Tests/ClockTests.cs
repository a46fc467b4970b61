using HyperTune.Testing;
using Microsoft.Extensions.Time.Testing;

namespace HyperTune.Storage.Sqlite.Tests;

/// <summary>What becomes of leases when the clock of the machine jumps.</summary>
public sealed class ClockTests : IAsyncLifetime
{
    private static readonly LeaseRules Rules = new(TimeSpan.FromMinutes(1), 0);

    private readonly SqliteFile _file = new();
    private readonly FakeTimeProvider _clock = new(Requests.Time);
    private SqliteStorage _worker = null!, _other = null!;

    public async ValueTask InitializeAsync()
    {
        var options = new SqliteStorageOptions { Synchronous = SqliteSynchronous.Off, TimeProvider = _clock };
        (_worker, _other) = (await _file.OpenAsync(options), await _file.OpenAsync(options));
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        await _other.DisposeAsync();
        _file.Dispose();
    }

    [Fact]
    public async Task A_clock_put_ahead_lets_leases_lapse_that_were_not_renewed_since()
    {
        StudyRecord study = await _worker.CreateAsync();
        TrialRecord[] trials = [.. await _worker.StartAsync(study, 2)];
        _clock.AdjustTime(_clock.GetUtcNow().AddHours(1));
        await _worker.RenewLeasesAsync(study.Id, [trials[1].Id], Requests.Token);

        Assert.Equal([0], await TakeBackAsync(study));

        Assert.Equal([WriteOutcome.AlreadyFinished, WriteOutcome.Stored], await _worker.RenewLeasesAsync(study.Id, [trials[0].Id, trials[1].Id], Requests.Token));
        Assert.Equal(WriteOutcome.AlreadyFinished, await _worker.WriteAsync(study, Requests.Finish(trials[0])));
        Assert.Equal(WriteOutcome.Stored, await _worker.WriteAsync(study, Requests.Finish(trials[1])));
    }

    [Fact]
    public async Task A_clock_put_back_lets_leases_of_dead_workers_lapse_as_much_later()
    {
        StudyRecord study = await _worker.CreateAsync();
        TrialRecord[] trials = [.. await _worker.StartAsync(study, 2)];
        _clock.AdjustTime(_clock.GetUtcNow().AddHours(-1));
        Assert.Empty(await TakeBackAsync(study));
        Assert.Equal([WriteOutcome.Stored], await _worker.RenewLeasesAsync(study.Id, [trials[1].Id], Requests.Token));

        // Its worker dies after the jump, that of the other trial died before.
        _clock.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal([1], await TakeBackAsync(study));
        _clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Empty(await TakeBackAsync(study));
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([0], await TakeBackAsync(study));
    }

    /// <summary>The numbers of the trials that another process takes back.</summary>
    private async Task<IEnumerable<int>> TakeBackAsync(StudyRecord study) => (await _other.TakeBackAsync(study.Id, Rules, Requests.Token)).Select(taken => taken.Number);
}
