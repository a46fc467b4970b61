using HyperTune.Storage.Journal;
using Microsoft.Extensions.Logging.Abstractions;

namespace HyperTune.Tests.Storage.Journal;

public sealed class JournalLockFileTests : IDisposable
{
    private readonly JournalFile _file = new();

    public JournalLockFileTests() => File.WriteAllText(_file.FilePath, "");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _file.Dispose();

    [Theory]
    [InlineData(JournalFileLock.SymbolicLink)]
    [InlineData(JournalFileLock.File)]
    public async Task A_lock_that_another_waiter_took_meanwhile_is_not_broken(JournalFileLock kind)
    {
        JournalLockFile first = New(kind), second = New(kind);
        await first.EnterAsync(Token);
        JournalLockFile.Sighting stale = first.Look()!.Value;
        Assert.True(first.Break(stale));
        using JournalLockFile.Held held = await TakeAsync(first, unlike: stale);

        Assert.False(second.Break(stale));

        Assert.NotNull(first.Look());
    }

    [Theory]
    [InlineData(JournalFileLock.SymbolicLink)]
    [InlineData(JournalFileLock.File)]
    public async Task Whoever_lost_the_lock_leaves_that_of_the_next_one(JournalFileLock kind)
    {
        JournalLockFile slow = New(kind), next = New(kind);
        JournalLockFile.Held lost = await slow.EnterAsync(Token);
        JournalLockFile.Sighting stale = slow.Look()!.Value;
        Assert.True(next.Break(stale));
        using JournalLockFile.Held held = await TakeAsync(next, unlike: stale);
        JournalLockFile.Sighting? mine = next.Look();

        lost.Dispose();

        Assert.NotNull(mine);
        Assert.Equal(mine, next.Look());
    }

    [Fact]
    public async Task Who_was_killed_while_breaking_a_lock_keeps_nobody_from_it()
    {
        JournalLockFile file = New(JournalFileLock.File);
        await file.EnterAsync(Token);
        JournalLockFile.Sighting stale = file.Look()!.Value;
        string breaker = _file.LockPath + ".break";
        await File.WriteAllTextAsync(breaker, "", Token);
        Assert.False(file.Break(stale));
        File.SetLastWriteTimeUtc(breaker, DateTime.UtcNow.AddMinutes(-1));

        Assert.False(file.Break(stale));
        Assert.True(file.Break(stale));

        Assert.False(File.Exists(breaker));
        Assert.Null(file.Look());
    }

    /// <summary>Takes the lock at a moment that the file system tells from another one's.</summary>
    private static async Task<JournalLockFile.Held> TakeAsync(JournalLockFile file, JournalLockFile.Sighting unlike)
    {
        while (true)
        {
            JournalLockFile.Held held = await file.EnterAsync(Token);
            if (file.Look()!.Value.Made != unlike.Made) return held;
            held.Dispose();
        }
    }

    private JournalLockFile New(JournalFileLock kind) => new(_file.FilePath, new() { Lock = kind }, NullLogger.Instance);
}
