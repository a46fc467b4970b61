using HyperTune.Numerics;

namespace HyperTune.History;

/// <summary>What the complete trials reported for one objective at one step, in order: a view that each new trial extends.</summary>
/// <remarks>
/// Values are losses: a maximized objective enters negated, so that the lowest is the best. Built when it is first asked for. A new trial
/// costs O(√n) block copies at each step that is asked for; asking costs O(log n). Immutable.
/// </remarks>
internal sealed class StepStatistics
{
    private readonly OrderedValues _values;
    private readonly SparseColumn _reports;

    // A snapshot that has the rows of all reports that are in.
    private readonly StudyHistory _upTo;

    private StepStatistics(OrderedValues values, SparseColumn reports, StudyHistory upTo)
    {
        _values = values;
        _reports = reports;
        _upTo = upTo;
    }

    /// <summary>The losses that the complete trials of a snapshot have at a step.</summary>
    public static OrderedValues At(StudyHistory history, int objective, long step)
    {
        StepStatistics statistics = history.View<StepStatistics>(new Key(objective, step), (snapshot, former) => Extend(snapshot, former, objective, step));
        OrderedValues values = statistics._values;
        // The view may be ahead of an older snapshot. What came since is few, and taken out again, so that the answer belongs to the snapshot.
        for (int entry = statistics._reports.Count - 1; entry >= 0 && statistics._reports.Rows[entry] >= history.Count; entry--)
        {
            if (statistics.IsComplete(entry)) values = values.Without(Loss(statistics._reports.Values[entry], history.Directions[objective]));
        }
        return values;
    }

    /// <summary>A value as a loss and back again. A zero has no sign, so that the order of equal values cannot be seen.</summary>
    public static double Loss(double value, Direction direction) => direction == Direction.Maximize ? 0.0 - value : value + 0.0;

    private static StepStatistics Extend(StudyHistory history, StepStatistics? former, int objective, long step)
    {
        var next = new StepStatistics(former?._values ?? OrderedValues.Empty, history.IntermediateValues(objective)[step], history);
        int first = former?._reports.Count ?? 0;
        var added = new List<double>(next._reports.Count - first);
        for (int entry = first; entry < next._reports.Count; entry++)
        {
            if (next.IsComplete(entry)) added.Add(Loss(next._reports.Values[entry], history.Directions[objective]));
        }
        return added.Count == 0 ? next : new StepStatistics(next._values.With([.. added]), next._reports, history);
    }

    private bool IsComplete(int entry) => _upTo.States[_reports.Rows[entry]] == TrialState.Complete;

    private sealed record Key(int Objective, long Step);
}
