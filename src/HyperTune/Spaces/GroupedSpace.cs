using System.Collections.Concurrent;
using HyperTune.History;

namespace HyperTune.Spaces;

/// <summary>The groups of parameters that always occur together in a study, each as a space.</summary>
/// <remarks>Of complete and pruned trials; kept as a view of the history, so that each trial is folded in once.</remarks>
internal sealed class GroupedSpace
{
    private static readonly object Key = new();

    private readonly GroupDecomposition _decomposition = new();
    private readonly ConcurrentDictionary<string, Latest> _latest = new(StringComparer.Ordinal);

    // The groups from each row on that changed them: few, since they only ever get smaller.
    private readonly GrowingColumn<(int Row, IReadOnlyList<IReadOnlyList<string>> Groups)> _changes = new();
    private ParameterSchema? _lastSchema;
    private int _rows;

    /// <summary>The groups of a snapshot. A parameter has the distribution that the trial with the highest number gave it.</summary>
    public static IReadOnlyList<SearchSpace> Of(StudyHistory history)
    {
        GroupedSpace view = history.View<GroupedSpace>(Key, static (snapshot, former) => (former ?? new()).Extend(snapshot));
        return [.. view.GroupsAt(history.Count).Select(group =>
            SearchSpace.Create(group.Select(name => new SearchSpaceParameter(name, At(view._latest[name].Distributions, history.Count)!))))];
    }

    private IReadOnlyList<IReadOnlyList<string>> GroupsAt(int rows) => At(_changes, rows) ?? [];

    private GroupedSpace Extend(StudyHistory history)
    {
        for (; _rows < history.Count; _rows++)
        {
            if (history.States[_rows] == TrialState.Failed) continue;
            ParameterSchema schema = history[_rows].Parameters.Schema;
            for (int i = 0; i < schema.Count; i++)
            {
                _latest.GetOrAdd(schema.Names[i], static _ => new()).Note(_rows, history.Numbers[_rows], schema.Distributions[i]);
            }
            if (ReferenceEquals(schema, _lastSchema)) continue;
            _lastSchema = schema;
            IReadOnlyList<IReadOnlyList<string>> before = _decomposition.Groups;
            _decomposition.Add(schema.Names);
            if (!ReferenceEquals(before, _decomposition.Groups)) _changes.Add((_rows, _decomposition.Groups));
        }
        return this;
    }

    /// <summary>What holds before a row: the view may be ahead of an older snapshot.</summary>
    private static T? At<T>(GrowingColumn<(int Row, T Value)> changes, int rows)
    {
        ReadOnlySpan<(int Row, T Value)> all = changes.First(changes.Count);
        int i = all.Length;
        while (i > 0 && all[i - 1].Row >= rows) i--;
        return i > 0 ? all[i - 1].Value : default;
    }

    /// <summary>The distribution of one parameter in the trial with the highest number, and from which row on.</summary>
    private sealed class Latest
    {
        private int _number = -1;

        private Distribution? _distribution;

        public GrowingColumn<(int Row, Distribution Distribution)> Distributions { get; } = new();

        public void Note(int row, int number, Distribution distribution)
        {
            if (number < _number) return;
            _number = number;
            if (ReferenceEquals(distribution, _distribution) || distribution.Equals(_distribution)) return;
            _distribution = distribution;
            Distributions.Add((row, distribution));
        }
    }
}
