using HyperTune.Chaos;

namespace HyperTune.ChaosTests;

/// <summary>The short form of what <c>HyperTune.Chaos run</c> does at length: workers are killed, the server is restarted, and all promises hold.</summary>
public sealed class ChaosTests
{
    private static readonly ChaosOptions Short = new() { Workers = 4, Trials = 250, Waiting = 40, Kills = 8, Grace = TimeSpan.FromSeconds(4), LongestTrial = TimeSpan.FromMilliseconds(60) };

    [Theory]
    [InlineData("sqlite")]
    [InlineData("journal")]
    [InlineData("postgresql")]
    [InlineData("redis")]
    public async Task Nothing_is_lost_or_doubled(string kind)
    {
        await using ChaosTarget? target = await ChaosTarget.TryStartAsync(kind);
        if (target is null) Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", $"The server of {kind} is not installed here.");
        Assert.NotNull(target);
        ChaosReport report = await new ChaosRun(target, Short).RunAsync(TestContext.Current.CancellationToken);
        Assert.Empty(report.Findings);
        Assert.Equal((Short.Trials, Short.Kills, target.CanRestart ? 1 : 0), (report.Complete, report.Kills, report.Restarts));
    }
}
