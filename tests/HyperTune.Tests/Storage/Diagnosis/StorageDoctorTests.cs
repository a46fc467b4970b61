using HyperTune.Storage.Diagnosis;

namespace HyperTune.Tests.Storage.Diagnosis;

public sealed class StorageDoctorTests
{
    [Fact]
    public async Task ExamineAsync_HealthyStorage_FindsNothing()
    {
        var storage = new InMemoryStorage();
        await using Study study = await Study.CreateAsync(new() { Storage = storage }, TestContext.Current.CancellationToken);
        await study.TellAsync(await study.AskAsync(cancellationToken: TestContext.Current.CancellationToken), 1, TestContext.Current.CancellationToken);

        Assert.Empty(await StorageDoctor.ExamineAsync(storage, cancellationToken: TestContext.Current.CancellationToken));
    }

    [Fact]
    public void DiagnosisOptions_TimesOutOfRange_Throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiagnosisOptions { Grace = TimeSpan.Zero });
        Assert.Throws<ArgumentOutOfRangeException>(() => new DiagnosisOptions { StaleAge = TimeSpan.FromSeconds(-1) });
    }

    [Fact]
    public void JudgeUnleased_NameWithQuotes_IsOneWordOfAShell() => Assert.Contains(
        @"--study 'it'\''s; rm -rf x' --number 3", new DiagnosisOptions().JudgeUnleased("it's; rm -rf x", 3, TimeSpan.FromDays(2)).Message, StringComparison.Ordinal);

    [Fact]
    public void ToString_Finding_IsOneLine()
    {
        Assert.Equal("note: All is well.", new StorageFinding(FindingSeverity.Note, "All is\nwell.").ToString());
        Assert.Equal("error: study 's', trial 3, t.c: Bad.", new StorageFinding(FindingSeverity.Error, "Bad.") { Study = "s", Trial = 3, Place = "t.c" }.ToString());
        Assert.Equal("error: study 'two lines', t c: Bad.", new StorageFinding(FindingSeverity.Error, "Bad.") { Study = "two\nlines", Place = "t\r\nc" }.ToString());
        Assert.Equal("warning: t: Bad.", new StorageFinding(FindingSeverity.Warning, "Bad.") { Place = "t" }.ToString());
    }
}
