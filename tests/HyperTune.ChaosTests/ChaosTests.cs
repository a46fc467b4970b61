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
        Assert.SkipWhen(target is null && Environment.GetEnvironmentVariable("CI") != "true", $"The server of {kind} is not installed here.");
        Assert.NotNull(target);
        ChaosReport report = await new ChaosRun(target, Short).RunAsync(TestContext.Current.CancellationToken);
        Assert.True(report.Findings.Count == 0, string.Join(Environment.NewLine, report.Findings));
        Assert.Equal((Short.Trials, target.CanRestart ? 1 : 0), (report.Complete, report.Restarts));
        // The last ones are left out where the study ends first.
        Assert.InRange(report.Kills, Short.Kills / 2, Short.Kills);
    }
}
