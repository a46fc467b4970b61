using HyperTune.Storage;
using HyperTune.Testing;
using Microsoft.Extensions.Time.Testing;

namespace HyperTune.Tests.Storage;

public sealed class InMemoryStorageTests : StorageContract
{
    private readonly FakeTimeProvider _time = new();

    protected override ValueTask<IStorage> OpenAsync() => new(new InMemoryStorage(_time));

    protected override ValueTask<IStorage> OpenAgainAsync(IStorage storage) => new(storage);

    protected override ValueTask AgeLeasesAsync(IStorage storage, StudyId study, TimeSpan age)
    {
        _time.Advance(age);
        return default;
    }
}
