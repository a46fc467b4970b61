using HyperTune.Testing;

namespace HyperTune.Tests.Storage.Journal;

/// <summary>Journals that Optuna wrote.</summary>
[Trait("Category", "Golden")]
public sealed class JournalInteropTests
{
    [Theory]
    [InlineData("interop/journal.log", "interop/expected-journal.json", 124)]
    [InlineData("interop/journal-edge.log", "interop/expected-journal-edge.json", 5)]
    public async Task A_journal_of_Optuna_is_read_as_Optuna_reads_it(string journal, string expected, int trials)
    {
        using var file = new JournalFile(journal);
        await using JournalStorage storage = await file.OpenAsync();

        Assert.Equal(trials, await new InteropExpectation(expected).CompareAsync(storage, TestContext.Current.CancellationToken));
    }
}
