using HyperTune.History;

namespace HyperTune.Pruners.Curves;

/// <summary>How many reports the trials of a study made: a view that each new trial extends.</summary>
internal sealed class SpentReports
{
    private readonly SparseHistory _all = new();
    private readonly SparseHistory _complete = new();
    private int _rows;

    private SpentReports()
    {
    }

    /// <summary>The reports of the complete and pruned trials after the first ones, in terms of the mean complete trial.</summary>
    /// <param name="history">The snapshot.</param>
    /// <param name="startup">How many trials are left out, as if they had made as many reports as the mean complete trial.</param>
    /// <param name="share">The mean share of a trial.</param>
    /// <returns>Whether there is a complete trial with reports, and a trial after the first ones.</returns>
    public static bool TryGetShare(StudyHistory history, int startup, out double share)
    {
        SpentReports spent = history.View<SpentReports>(typeof(SpentReports), static (snapshot, former) => (former ?? new()).Extend(snapshot));
        (int trials, double reports) = Total(spent._all, history.Count);
        (int complete, double completeReports) = Total(spent._complete, history.Count);
        share = double.NaN;
        if (complete == 0 || trials <= startup) return false;
        double whole = completeReports / complete;
        share = (reports - startup * whole) / ((trials - startup) * whole);
        return true;
    }

    private static (int Trials, double Reports) Total(SparseHistory sums, int rowCount)
    {
        int count = sums.EntriesBefore(rowCount);
        return (count, count == 0 ? 0 : sums.Values.First(count)[^1]);
    }

    private SpentReports Extend(StudyHistory history)
    {
        for (; _rows < history.Count; _rows++)
        {
            TrialState state = history.States[_rows];
            int reports = state is TrialState.Complete or TrialState.Pruned ? history[_rows].IntermediateValues.Count : 0;
            if (reports == 0) continue;
            _all.Add(_rows, Total(_all, int.MaxValue).Reports + reports);
            if (state == TrialState.Complete) _complete.Add(_rows, Total(_complete, int.MaxValue).Reports + reports);
        }
        return this;
    }
}
