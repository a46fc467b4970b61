using HyperTune.Quality.Results;

namespace HyperTune.QualityTests;

public sealed class ComparisonTests
{
    private static readonly ProblemScale Formula = new(Optimum: 10, IsMaximized: false, IsTable: false, RandomMedian: 110);
    private static readonly ProblemScale Table = Formula with { IsTable = true };
    private static readonly ProblemScale Maximized = new(Optimum: 10, IsMaximized: true, IsTable: false, RandomMedian: -90);

    [Theory]
    [InlineData(10.05, 10.09, nameof(Verdict.Tied), nameof(Verdict.Tied))]
    [InlineData(10.05, 10.11, nameof(Verdict.Won), nameof(Verdict.Tied))]
    [InlineData(50.05, 50, nameof(Verdict.Lost), nameof(Verdict.Tied))]
    [InlineData(50, 50.2, nameof(Verdict.Won), nameof(Verdict.Won))]
    [InlineData(50.2, 50, nameof(Verdict.Lost), nameof(Verdict.Lost))]
    [InlineData(50, 50, nameof(Verdict.Tied), nameof(Verdict.Tied))]
    public void Verdict_ByMedian(double ours, double reference, string solved, string close)
    {
        Assert.Equal(solved, Comparison.Of(Formula, [ours], [reference], TieRule.Solved).Verdict.ToString());
        Assert.Equal(close, Comparison.Of(Formula, [ours], [reference], TieRule.Close).Verdict.ToString());
    }

    [Fact]
    public void Verdict_Table_HasTheWiderTolerance()
    {
        Assert.Equal(Verdict.Tied, Comparison.Of(Table, [10.9], [10.1], TieRule.Solved).Verdict);
        Assert.Equal(Verdict.Lost, Comparison.Of(Table, [11.1], [10.1], TieRule.Solved).Verdict);
    }

    [Fact]
    public void Of_Maximized_MirrorsMinimized()
    {
        double[] ours = [14, 13, 18, 12, 15], reference = [16, 17, 19, 12.5, 30];
        Comparison minimized = Comparison.Of(Formula, ours, reference, TieRule.Solved);
        Comparison maximized = Comparison.Of(Maximized, [.. ours.Select(v => 20 - v)], [.. reference.Select(v => 20 - v)], TieRule.Solved);
        Assert.Equal(Verdict.Won, minimized.Verdict);
        Assert.Equal(
            (minimized.Verdict, minimized.PBetter, minimized.PWorse, minimized.IsOnPar, minimized.LogDifference),
            (maximized.Verdict, maximized.PBetter, maximized.PWorse, maximized.IsOnPar, maximized.LogDifference));
        Assert.Equal(20 - minimized.Reference.Q75, maximized.Reference.Q25);
    }

    [Fact]
    public void IsOnPar_NeedsTheMedianWithinTheWorseQuartile()
    {
        double[] reference = [20, 30, 40, 50, 60];
        Assert.True(Comparison.Of(Formula, [49, 50, 50], reference, TieRule.Solved).IsOnPar);
        Assert.False(Comparison.Of(Formula, [49, 50.1, 51], reference, TieRule.Solved).IsOnPar);
    }

    [Fact]
    public void IsOnPar_NeedsNoSignificantLoss()
    {
        // The median stays within the reference's wide upper quartile, but nearly every seed is worse than half of the reference's.
        double[] reference = [.. Enumerable.Repeat(20.0, 14), .. Enumerable.Repeat(60.0, 6)];
        double[] ours = [.. Enumerable.Repeat(55.0, 20)];
        Comparison comparison = Comparison.Of(Formula, ours, reference, TieRule.Solved);
        Assert.True(comparison.Ours.Median <= comparison.Reference.Q75);
        Assert.InRange(comparison.PWorse, 0, 0.05);
        Comparison worse = Comparison.Of(Formula, [.. ours, .. ours, .. ours], [.. reference, .. reference, .. reference], TieRule.Solved);
        Assert.InRange(worse.PWorse, 0, Comparison.ParLevel);
        Assert.False(worse.IsOnPar);
    }

    [Fact]
    public void Of_ValuesThatDifferByRoundingOnly_AreEqual()
    {
        Comparison comparison = Comparison.Of(Formula, [1.0 / 3 * 100, 2.0 / 3 * 100], [33.3333333, 66.6666667], TieRule.Solved);
        Assert.Equal((Verdict.Tied, comparison.PWorse, 0.0), (comparison.Verdict, comparison.PBetter, comparison.LogDifference));
    }

    [Fact]
    public void LogDifference_TenTimesNearer_IsMinusOne() =>
        Assert.Equal(-1, Comparison.Of(Formula, [10.1, 11], [11, 20], TieRule.Solved).LogDifference, 1e-9);
}
