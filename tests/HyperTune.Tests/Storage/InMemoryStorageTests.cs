using HyperTune.Storage;
using HyperTune.Testing;
using Microsoft.Extensions.Time.Testing;

namespace HyperTune.Tests.Storage;

public sealed class InMemoryStorageTests : StorageContract
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task A_clock_put_ahead_lets_leases_lapse_that_were_not_renewed_since()
    {
        StudyRecord study = await Storage.CreateAsync();
        TrialRecord[] trials = [.. await Storage.StartAsync(study, 2)];
        _time.AdjustTime(_time.GetUtcNow().AddHours(1));
        await Storage.RenewLeasesAsync(study.Id, [trials[1].Id], Token);

        Assert.Equal([0], await TakeBackAsync(study));

        Assert.Equal([WriteOutcome.AlreadyFinished, WriteOutcome.Stored], await Storage.RenewLeasesAsync(study.Id, [trials[0].Id, trials[1].Id], Token));
        Assert.Equal(WriteOutcome.AlreadyFinished, await Storage.WriteAsync(study, Requests.Finish(trials[0])));
        Assert.Equal(WriteOutcome.Stored, await Storage.WriteAsync(study, Requests.Finish(trials[1])));
    }

    [Fact]
    public async Task A_clock_put_back_lets_leases_of_dead_workers_lapse_as_much_later()
    {
        StudyRecord study = await Storage.CreateAsync();
        TrialRecord[] trials = [.. await Storage.StartAsync(study, 2)];
        _time.AdjustTime(_time.GetUtcNow().AddHours(-1));
        Assert.Empty(await TakeBackAsync(study));
        Assert.Equal([WriteOutcome.Stored], await Storage.RenewLeasesAsync(study.Id, [trials[1].Id], Token));

        // Its worker dies after the jump, that of the other trial died before.
        _time.Advance(TimeSpan.FromSeconds(61));
        Assert.Equal([1], await TakeBackAsync(study));
        _time.Advance(TimeSpan.FromMinutes(59));
        Assert.Empty(await TakeBackAsync(study));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([0], await TakeBackAsync(study));
    }

    protected override ValueTask<IStorage> OpenAsync() => new(new InMemoryStorage(_time));

    protected override ValueTask<IStorage> OpenAgainAsync(IStorage storage) => new(storage);

    protected override ValueTask AgeLeasesAsync(IStorage storage, StudyId study, TimeSpan age)
    {
        _time.Advance(age);
        return default;
    }

    private async Task<IEnumerable<int>> TakeBackAsync(StudyRecord study) => (await Storage.TakeBackAsync(study.Id, new LeaseRules(TimeSpan.FromMinutes(1), 0), Token)).Select(taken => taken.Number);
}
