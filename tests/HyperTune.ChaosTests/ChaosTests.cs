using HyperTune.Chaos;

namespace HyperTune.ChaosTests;

/// <summary>The short form of what <c>HyperTune.Chaos run</c> does at length: workers are killed, and all promises hold.</summary>
public sealed class ChaosTests
{
    private static readonly ChaosOptions Short = new() { Workers = 4, Trials = 250, Waiting = 40, Kills = 8, Grace = TimeSpan.FromSeconds(4), LongestTrial = TimeSpan.FromMilliseconds(60) };

    [Fact]
    public async Task Sqlite()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hypertune-chaos-tests-");
        try
        {
            await HoldsAsync(new ChaosTarget($"sqlite:///{Path.Combine(folder.FullName, "chaos.db")}"), Short);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task HoldsAsync(ChaosTarget target, ChaosOptions options)
    {
        ChaosReport report = await new ChaosRun(target, options).RunAsync(TestContext.Current.CancellationToken);
        Assert.Empty(report.Findings);
        Assert.Equal(options.Kills, report.Kills);
        Assert.Equal(options.Trials, report.Complete);
    }
}
