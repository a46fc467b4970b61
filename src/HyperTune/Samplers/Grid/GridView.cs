using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Samplers.Grid;

/// <summary>Which cells of a grid are finished, in one study. Answers for any snapshot, since what happened to a cell is kept with its row.</summary>
internal sealed class GridView
{
    private const int Never = int.MaxValue;

    private readonly ParameterGrid _grid;
    private readonly int _maxTries;
    private readonly Lock _gate = new();

    // The row that finished each cell, and all such rows in ascending order.
    private readonly int[] _finishedAt;
    private readonly List<int> _finishingRows = [];

    // The rows of failed trials by cell, ascending.
    private readonly Dictionary<int, List<int>> _failedAt = [];
    private int _rows;

    private GridView(ParameterGrid grid, int maxTries)
    {
        _grid = grid;
        _maxTries = maxTries;
        _finishedAt = new int[grid.Count];
        Array.Fill(_finishedAt, Never);
    }

    public static GridView Of(StudyHistory history, ParameterGrid grid, int maxTries) =>
        history.View<GridView>((grid, maxTries), (newer, former) =>
        {
            GridView view = former ?? new GridView(grid, maxTries);
            view.Extend(newer);
            return view;
        });

    /// <summary>The cell for a trial that starts, or -1 when each is finished or being tried.</summary>
    /// <remarks>Trial n takes cell n, so that workers need not know of one another. Where that one is taken, and for later numbers, it is one of those left over: never tried
    /// ones first, then failed ones.</remarks>
    public int Choose(StudyHistory history, int number)
    {
        var taken = new HashSet<int>();
        // Trials that took a cell left over just now, elsewhere, and did not yet tell which: they had the first choice.
        int ahead = 0;
        foreach (RunningTrial other in history.Running)
        {
            if (other.Number == number) continue;
            AttributeSet attributes = other.Record.SystemAttributes;
            int cell = _grid.CellOf(attributes, other.Parameters);
            if (cell < 0) cell = _grid.GivenCell(attributes);
            if (cell < 0 && !attributes.ContainsKey(SystemKeys.FixedParams))
            {
                if (other.Number < _grid.Count) cell = other.Number;
                else if (other.Number < number) ahead++;
            }
            if (cell >= 0) taken.Add(cell);
        }
        foreach (TrialRecord waiting in history.Waiting)
        {
            if (_grid.GivenCell(waiting.SystemAttributes) is >= 0 and int cell) taken.Add(cell);
        }
        lock (_gate)
        {
            if (number < _grid.Count && IsFree(number)) return number;
            foreach (bool isFailed in (ReadOnlySpan<bool>)[false, true])
            {
                // Cells of lower numbers had their turn; those of higher ones are still to come, the last ones latest.
                for (int cell = 0; cell < Math.Min(number, _grid.Count); cell++)
                {
                    if (IsFree(cell) && FailuresOf(cell, history.Count) > 0 == isFailed && ahead-- == 0) return cell;
                }
                for (int cell = _grid.Count - 1; cell > number; cell--)
                {
                    if (IsFree(cell) && FailuresOf(cell, history.Count) > 0 == isFailed && ahead-- == 0) return cell;
                }
            }
            return -1;
        }

        bool IsFree(int cell) => _finishedAt[cell] >= history.Count && !taken.Contains(cell);
    }

    /// <summary>Whether all cells are finished.</summary>
    public bool IsFinished(StudyHistory history)
    {
        lock (_gate) return CountFinished(history.Count) == _grid.Count;
    }

    /// <summary>Whether all cells are finished once a trial has ended that is not yet in the history.</summary>
    public bool IsFinishedWith(StudyHistory history, int cell, TrialState end)
    {
        lock (_gate)
        {
            bool isNew = _finishedAt[cell] >= history.Count && (end != TrialState.Failed || FailuresOf(cell, history.Count) + 1 >= _maxTries);
            return CountFinished(history.Count) + (isNew ? 1 : 0) == _grid.Count;
        }
    }

    private void Extend(StudyHistory history)
    {
        lock (_gate)
        {
            ReadOnlySpan<TrialState> states = history.States;
            for (; _rows < history.Count; _rows++)
            {
                TrialRecord trial = history[_rows];
                int cell = _grid.CellOf(trial.SystemAttributes, trial.Parameters);
                if (cell < 0 || _finishedAt[cell] != Never) continue;
                if (states[_rows] == TrialState.Failed)
                {
                    if (!_failedAt.TryGetValue(cell, out List<int>? rows)) _failedAt.Add(cell, rows = []);
                    rows.Add(_rows);
                    if (rows.Count < _maxTries) continue;
                }
                _finishedAt[cell] = _rows;
                _finishingRows.Add(_rows);
            }
        }
    }

    private int FailuresOf(int cell, int rows) => _failedAt.TryGetValue(cell, out List<int>? failed) ? CountBelow(failed, rows) : 0;

    private int CountFinished(int rows) => CountBelow(_finishingRows, rows);

    private static int CountBelow(List<int> ascending, int bound)
    {
        int index = ascending.BinarySearch(bound);
        return index >= 0 ? index : ~index;
    }
}
