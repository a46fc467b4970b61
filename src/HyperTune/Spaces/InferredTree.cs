using HyperTune.History;

namespace HyperTune.Spaces;

/// <summary>The conditional space behind the trials of a define-by-run study, kept as a view of its history.</summary>
/// <remarks>
/// <para>Only complete trials tell: others may have ended before they asked. A parameter that all of them have is always active. One that some
/// have is a child of a choice or whole number suggested before it, if it is there exactly under some of the parent's values; values count as
/// they were seen. Of several such parents the innermost is taken, then the one with the fewest values, then the one suggested last. A
/// parameter is left out where no parent fits, and where its distribution changes.</para>
/// <para>What is kept is a function of the set of trials, whatever their order: which sets of names trials have (their patterns), and in which
/// of these each value of a possible parent occurs. It changes with few trials; the others cost a comparison for each parameter.</para>
/// </remarks>
internal sealed class InferredTree
{
    /// <summary>Patterns are bits. With more of them there are too many branches for a model of each, and only what all trials have is kept.</summary>
    private const int MostPatterns = 64;

    private static readonly object Key = new();

    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private readonly List<SeenParameter> _parameters = [];
    private readonly List<NamePattern> _patterns = [];

    // The tree from each row on that changed it.
    private readonly GrowingColumn<(int Row, SpaceTree Tree)> _trees = new();
    private bool _hasTooMany;
    private int _rows;

    private InferredTree() => _trees.Add((-1, new SpaceTree(SearchSpace.Empty)));

    /// <summary>The tree of a snapshot.</summary>
    public static SpaceTree Of(StudyHistory history)
    {
        InferredTree view = history.View<InferredTree>(Key, static (snapshot, former) => (former ?? new()).Extend(snapshot));
        // The view may be ahead of an older snapshot.
        ReadOnlySpan<(int Row, SpaceTree Tree)> trees = view._trees.First(view._trees.Count);
        int i = trees.Length - 1;
        while (trees[i].Row >= history.Count) i--;
        return trees[i].Tree;
    }

    private InferredTree Extend(StudyHistory history)
    {
        for (; _rows < history.Count; _rows++)
        {
            if (history.States[_rows] != TrialState.Complete || !Add(history[_rows].Parameters)) continue;
            SearchSpace space = Infer();
            if (!space.Equals(_trees.First(_trees.Count)[^1].Tree.Space)) _trees.Add((_rows, new SpaceTree(space)));
        }
        return this;
    }

    /// <summary>Takes in a trial.</summary>
    /// <returns>Whether it showed anything new.</returns>
    private bool Add(ParameterSet parameters)
    {
        (NamePattern pattern, bool isNew) = PatternOf(parameters.Schema);
        ReadOnlySpan<double> values = parameters.Values;
        for (int i = 0; i < values.Length; i++) isNew |= _parameters[pattern.Indices[i]].Note(values[i], pattern.Bit);
        return isNew;
    }

    private (NamePattern Pattern, bool IsNew) PatternOf(ParameterSchema schema)
    {
        foreach (NamePattern known in _patterns)
        {
            if (ReferenceEquals(known.Schema, schema)) return (known, false);
        }
        bool isNew = false;
        var indices = new int[schema.Count];
        for (int i = 0; i < indices.Length; i++)
        {
            if (!_indices.TryGetValue(schema.Names[i], out indices[i]))
            {
                indices[i] = _parameters.Count;
                _indices.Add(schema.Names[i], indices[i]);
                _parameters.Add(new SeenParameter(schema.Names[i], schema.Distributions[i], isEverywhere: _patterns.Count == 0));
            }
            isNew |= _parameters[indices[i]].Note(schema.Distributions[i]);
        }
        int[] sorted = [.. indices.Order()];
        NamePattern? pattern = _patterns.Find(known => known.HasNames(sorted));
        if (pattern is null)
        {
            isNew = true;
            _hasTooMany |= _patterns.Count == MostPatterns;
            pattern = new NamePattern(1UL << _patterns.Count, sorted);
            if (!_hasTooMany) _patterns.Add(pattern);
            for (int i = 0; i < _parameters.Count; i++)
            {
                if (_parameters[i].IsEverywhere) _parameters[i].IsEverywhere = Array.BinarySearch(sorted, i) >= 0;
            }
            foreach (int index in indices) _parameters[index].Patterns |= pattern.Bit;
        }
        isNew |= pattern.Follow(schema, indices);
        return (pattern, isNew);
    }

    /// <summary>The space behind all trials so far: parents first, then by name.</summary>
    private SearchSpace Infer()
    {
        var places = new Place?[_parameters.Count];
        for (int i = 0; i < places.Length; i++) Resolve(i, places);
        return SearchSpace.Create(_parameters.Zip(places)
            .Where(entry => entry.Second!.Depth >= 0)
            .OrderBy(entry => entry.Second!.Depth).ThenBy(entry => entry.First.Name, StringComparer.Ordinal)
            .Select(entry => new SearchSpaceParameter(entry.First.Name, entry.First.Distribution, ConditionOf(entry.First, entry.Second!))));
    }

    private ParameterCondition? ConditionOf(SeenParameter child, Place place) =>
        place.Depth == 0 ? null : _parameters[place.Parent].ConditionFor(child);

    /// <summary>Finds the parent of a parameter. A parent is in more trials than its children, so that the search for its own ends.</summary>
    private Place Resolve(int index, Place?[] places)
    {
        if (places[index] is { } known) return known;
        SeenParameter child = _parameters[index];
        Place best = child is { IsEverywhere: true, Clashes: false } ? new(0, -1) : new(-1, -1);
        if (child is { IsEverywhere: false, Clashes: false } && !_hasTooMany)
        {
            for (int i = 0; i < _parameters.Count; i++)
            {
                if (!_parameters[i].CanExplain(child) || !Precedes(i, index) || Resolve(i, places).Depth is not (>= 0 and var depth)) continue;
                if (best.Depth < 0 || IsCloser(i, depth, best)) best = new(depth + 1, i);
            }
        }
        return places[index] = best;
    }

    private bool IsCloser(int index, int depth, Place best)
    {
        if (depth + 1 != best.Depth) return depth + 1 > best.Depth;
        (SeenParameter one, SeenParameter other) = (_parameters[index], _parameters[best.Parent]);
        int order = other.ValueCount.CompareTo(one.ValueCount);
        if (order == 0) order = LastPlace(index).CompareTo(LastPlace(best.Parent));
        return order != 0 ? order > 0 : string.CompareOrdinal(one.Name, other.Name) < 0;
    }

    private bool Precedes(int parent, int child) => _patterns.TrueForAll(pattern => pattern.Precedes(parent, child));

    private int LastPlace(int index) => _patterns.Max(pattern => pattern.LastPlace(index));

    /// <summary>Where a parameter stands in the tree.</summary>
    /// <param name="Depth">0 for one that is always active; -1 for one that is left out.</param>
    /// <param name="Parent">The parent's index, or -1.</param>
    private sealed record Place(int Depth, int Parent);
}
