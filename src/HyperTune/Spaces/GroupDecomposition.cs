using System.Runtime.InteropServices;

namespace HyperTune.Spaces;

/// <summary>Splits parameter names into groups that always occur together, trial by trial.</summary>
/// <remarks>
/// <para>
/// A group is a largest set of names of which every trial holds all or none, so that each group can be modelled jointly over the trials
/// that hold it. The result does not depend on the order of trials.
/// </para>
/// <para>Not safe for concurrent use; <see cref="Groups"/> are snapshots that are.</para>
/// </remarks>
public sealed class GroupDecomposition
{
    private readonly Dictionary<string, int> _indices = new(StringComparer.Ordinal);
    private readonly List<string> _names = [];
    private readonly List<int> _groupOf = [];
    private readonly List<int> _lastSeen = [];
    private readonly List<int> _sizes = [];
    private readonly List<int> _hits = [];
    private readonly List<int> _touched = [];
    private IReadOnlyList<IReadOnlyList<string>>? _groups = [];
    private int _round;

    /// <summary>The groups as of the last trial added: names sorted by code units inside a group, groups by their first name.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Groups => _groups ??= Collect();

    /// <summary>Takes in the parameter names of one more trial.</summary>
    /// <param name="names">The names that the trial holds, in any order; a name given twice counts once.</param>
    /// <remarks>Linear in the number of names where no group is split; else linear in the number of all names.</remarks>
    public void Add(IReadOnlyList<string> names)
    {
        Guard.NotNull(names);
        _round++;
        int knownNames = _names.Count;
        for (int i = 0; i < names.Count; i++)
        {
            ref int index = ref CollectionsMarshal.GetValueRefOrAddDefault(_indices, names[i], out bool exists);
            if (!exists)
            {
                index = _names.Count;
                _names.Add(names[i]);
                _groupOf.Add(-1);
                _lastSeen.Add(_round);
                continue;
            }
            if (_lastSeen[index] == _round) continue;
            _lastSeen[index] = _round;
            int group = _groupOf[index];
            if (_hits[group]++ == 0) _touched.Add(group);
        }
        foreach (int group in _touched)
        {
            if (_hits[group] < _sizes[group]) Split(group, knownNames);
            _hits[group] = 0;
        }
        _touched.Clear();
        if (_names.Count == knownNames) return;
        int newGroup = NewGroup(_names.Count - knownNames);
        for (int i = knownNames; i < _names.Count; i++) _groupOf[i] = newGroup;
    }

    private void Split(int group, int knownNames)
    {
        int part = NewGroup(_hits[group]);
        _sizes[group] -= _hits[group];
        for (int i = 0; i < knownNames; i++)
        {
            if (_groupOf[i] == group && _lastSeen[i] == _round) _groupOf[i] = part;
        }
    }

    private int NewGroup(int size)
    {
        _groups = null;
        _sizes.Add(size);
        _hits.Add(0);
        return _sizes.Count - 1;
    }

    private IReadOnlyList<string>[] Collect()
    {
        var groups = new List<string>[_sizes.Count];
        for (int i = 0; i < groups.Length; i++) groups[i] = new(_sizes[i]);
        for (int i = 0; i < _names.Count; i++) groups[_groupOf[i]].Add(_names[i]);
        foreach (var group in groups) group.Sort(StringComparer.Ordinal);
        Array.Sort(groups, (x, y) => string.CompareOrdinal(x[0], y[0]));
        return Array.ConvertAll(groups, group => (IReadOnlyList<string>)group.AsReadOnly());
    }
}
