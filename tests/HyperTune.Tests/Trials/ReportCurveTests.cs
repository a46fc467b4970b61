using HyperTune.History;
using HyperTune.Testing;

namespace HyperTune.Tests.Trials;

/// <summary>Reports by fold as pruners compare them.</summary>
public sealed class ReportCurveTests
{
    private const string Stride = "hypertune:fold_stride";

    [Fact]
    public void Reports_without_folds_are_the_curve()
    {
        StudyHistory history = new HistoryScenario().Add(new() { Reports = [(0, 5), (3, 1)] }).Build();

        Assert.Equal([(0, 5.0), (3, 1)], Means(history, 0));
    }

    [Fact]
    public void A_fold_is_averaged_with_all_before_it_at_the_same_step()
    {
        // Fold 1 has no step 2; fold 2 came to step 0 only; fold 3 stands behind a gap.
        StudyHistory history = Folds(1000, (0, 4), (1, 3), (2, 2), (1000, 8), (1001, 5), (2000, 0), (2002, 9), (3001, 7));

        Assert.Equal([(0, 4.0), (1, 3), (2, 2), (1000, 6), (1001, 4), (2000, 4)], Means(history, 0));
    }

    [Fact]
    public void One_report_a_fold_gives_running_means() => Assert.Equal([(0, 4.0), (1, 3), (2, 5)], Means(Folds(1, (2, 9), (0, 4), (1, 2)), 0));

    [Fact]
    public void NaN_stays_where_its_fold_counts() => Assert.Equal([(0, 4.0), (1, double.NaN), (2, double.NaN)], Means(Folds(1, (0, 4), (1, double.NaN), (2, 9)), 0));

    [Fact]
    public void Several_objectives_are_averaged_each()
    {
        var scenario = new HistoryScenario(Direction.Minimize, Direction.Maximize);
        scenario.Add(new() { Reports = [(0, (4, 1)), (1, (2, 5)), (3, (7, 7))], SystemAttributes = AttributeSet.Empty.With(Stride, 1L) });
        StudyHistory history = scenario.Build();

        Assert.Equal([(0, 4.0), (1, 3)], Means(history, 0));
        Assert.Equal([(0, 1.0), (1, 3)], Means(history, 1));
    }

    [Fact]
    public void A_running_trial_has_the_same_curve()
    {
        var trial = new ScenarioTrial { Reports = [(0, 4), (1, 2)], SystemAttributes = AttributeSet.Empty.With(Stride, 1L) };

        Assert.Equal([4.0, 3.0], new HistoryScenario().Context(trial).RunningMeans.Values.ToArray());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-5)]
    public void A_stride_that_is_none_is_ignored(long stride) => Assert.Equal([(0, 4.0), (1, 2)], Means(Folds(stride, (0, 4), (1, 2)), 0));

    private static StudyHistory Folds(long stride, params (long Step, double Value)[] reports) =>
        new HistoryScenario().Add(new()
        {
            Reports = [.. reports.Select(report => (report.Step, new ObjectiveValues(report.Value)))],
            SystemAttributes = AttributeSet.Empty.With(Stride, stride),
        }).Build();

    private static (long Step, double Value)[] Means(StudyHistory history, int objective)
    {
        SparseColumns<long> columns = history.RunningMeans(objective);
        return [.. Enumerable.Range(0, 10_000).Where(step => columns[step].Count > 0).Select(step => ((long)step, columns[step].Values[0]))];
    }
}
