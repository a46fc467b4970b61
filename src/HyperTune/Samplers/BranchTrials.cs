using System.Runtime.InteropServices;
using HyperTune.History;
using HyperTune.Spaces;

namespace HyperTune.Samplers;

/// <summary>The finished trials of a study by the branches of a space to which their parents lead: a view of its history. Safe for concurrent use.</summary>
/// <remarks>Failed trials count, since a branch in which all fail would else never have been tried.</remarks>
internal sealed class BranchTrials
{
    private readonly Lock _gate = new();
    private readonly List<(int Number, int Row)>[] _trials;
    private int _rows;

    private BranchTrials(SearchSpace space)
    {
        Tree = new SpaceTree(space);
        _trials = [.. Tree.Branches.Select(_ => new List<(int, int)>())];
    }

    /// <summary>The branches of the space.</summary>
    public SpaceTree Tree { get; }

    /// <summary>The trials of a study by the branches of a space.</summary>
    public static BranchTrials Of(StudyHistory history, SearchSpace space) =>
        history.View<BranchTrials>(new Key(space), (newer, former) => (former ?? new(space)).Extend(newer));

    /// <summary>How many trials of a snapshot lie in a branch.</summary>
    public int CountOf(StudyHistory history, SpaceBranch branch)
    {
        lock (_gate)
        {
            if (_rows <= history.Count) return _trials[branch.Index].Count;
            // The view may be ahead of an older snapshot.
            int count = 0;
            foreach ((_, int row) in CollectionsMarshal.AsSpan(_trials[branch.Index])) count += row < history.Count ? 1 : 0;
            return count;
        }
    }

    /// <summary>The rows of a branch's trials with the highest numbers, the last one first.</summary>
    /// <param name="history">The snapshot.</param>
    /// <param name="branch">The branch.</param>
    /// <param name="most">How many are wanted.</param>
    public List<int> LastOf(StudyHistory history, SpaceBranch branch, int most)
    {
        var rows = new List<int>(most);
        lock (_gate)
        {
            List<(int Number, int Row)> trials = _trials[branch.Index];
            for (int i = trials.Count - 1; i >= 0 && rows.Count < most; i--)
            {
                if (trials[i].Row < history.Count) rows.Add(trials[i].Row);
            }
        }
        return rows;
    }

    private BranchTrials Extend(StudyHistory history)
    {
        lock (_gate)
        {
            for (; _rows < history.Count; _rows++)
            {
                int index = IndexOf(history[_rows].Parameters);
                if (index < 0) continue;
                List<(int Number, int Row)> trials = _trials[index];
                (int, int) trial = (history.Numbers[_rows], _rows);
                trials.Insert(~trials.BinarySearch(trial), trial);
            }
            return this;
        }
    }

    private int IndexOf(ParameterSet parameters)
    {
        foreach (SpaceBranch branch in Tree.Branches)
        {
            if (branch.IsReachedBy(parameters)) return branch.Index;
        }
        return -1;
    }

    private sealed record Key(SearchSpace Space);
}
