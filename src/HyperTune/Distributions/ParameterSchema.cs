namespace HyperTune;

/// <summary>The names and distributions of a <see cref="ParameterSet"/>, shared by all sets that have the same ones in the same order.</summary>
/// <remarks>
/// Schemas form a tree: appending a parameter leads from a schema to its child, and a child once made is found again. Trials of
/// one study take the same path through the tree, so that each of them costs its values only. A study and a storage each own
/// a root. Safe for concurrent use.
/// </remarks>
internal sealed class ParameterSchema
{
    /// <summary>Children remembered by one schema. A parameter whose range moves with every trial would otherwise fill the memory.</summary>
    private const int RememberedChildren = 64;

    /// <summary>Up to here a scan over the names is faster than hashing one.</summary>
    private const int ScannedNames = 8;

    /// <summary>The schema of no parameters that remembers no children, for sets made one at a time.</summary>
    public static readonly ParameterSchema Empty = new(isRemembering: false);

    private readonly bool _isRemembering;
    private readonly Dictionary<string, int>? _index;
    private readonly Lock _gate = new();
    private readonly ParameterSchema? _parent;
    private ParameterSchema[] _children = [];

    // A hint for the size of arrays; that threads may overwrite each other's does no harm.
    private int _reach;

    private ParameterSchema(bool isRemembering) => _isRemembering = isRemembering;

    private ParameterSchema(ParameterSchema parent, string name, Distribution distribution)
    {
        _isRemembering = parent._isRemembering;
        _parent = parent;
        Names = [.. parent.Names, name];
        Distributions = [.. parent.Distributions, distribution];
        _reach = Names.Length;
        if (Names.Length <= ScannedNames) return;
        _index = new Dictionary<string, int>(Names.Length, StringComparer.Ordinal);
        for (int i = 0; i < Names.Length; i++) _index.Add(Names[i], i);
    }

    public string[] Names { get; } = [];

    public Distribution[] Distributions { get; } = [];

    public int Count => Names.Length;

    /// <summary>The number of parameters that sets which begin like this one have had so far, if they are shared; else with room to grow.</summary>
    public int Reach => _reach == Count ? Math.Max(8, 2 * Count) : _reach;

    /// <summary>Whether the schema is found again by other sets with the same parameters, so that keeping it costs nothing.</summary>
    public bool IsShared => _isRemembering;

    public static ParameterSchema CreateRoot() => new(isRemembering: true);

    /// <summary>The position of a name, or -1.</summary>
    public int IndexOf(string name)
    {
        if (_index is not null) return _index.TryGetValue(name, out int index) ? index : -1;
        string[] names = Names;
        for (int i = 0; i < names.Length; i++)
        {
            if (ReferenceEquals(names[i], name)) return i;
        }
        for (int i = 0; i < names.Length; i++)
        {
            if (names[i] == name) return i;
        }
        return -1;
    }

    /// <summary>The schema with one more parameter, whose name must be new.</summary>
    public ParameterSchema Append(string name, Distribution distribution)
    {
        if (!_isRemembering) return new ParameterSchema(this, name, distribution);
        if (Find(Volatile.Read(ref _children), name, distribution) is { } known) return known;
        lock (_gate)
        {
            if (Find(_children, name, distribution) is { } added) return added;
            var child = new ParameterSchema(this, name, distribution);
            if (_children.Length >= RememberedChildren) return child;
            Volatile.Write(ref _children, [.. _children, child]);
            for (ParameterSchema? before = this; before is not null; before = before._parent) before._reach = Math.Max(before._reach, child.Count);
            return child;
        }
    }

    /// <summary>The continuous range that was appended here under the name before, so that asking for it again makes no new one.</summary>
    public FloatDistribution? KnownRange(string name, double low, double high, bool log)
    {
        foreach (ParameterSchema child in Volatile.Read(ref _children))
        {
            if (child.Names[Count] == name && child.Distributions[Count] is FloatDistribution { Step: null, LegacyName: null } range
                && range.Low.Equals(low) && range.High.Equals(high) && range.Log == log) return range;
        }
        return null;
    }

    /// <summary>As <see cref="KnownRange(string, double, double, bool)"/>, for whole numbers.</summary>
    public IntDistribution? KnownRange(string name, long low, long high, long step, bool log)
    {
        foreach (ParameterSchema child in Volatile.Read(ref _children))
        {
            if (child.Names[Count] == name && child.Distributions[Count] is IntDistribution { LegacyName: null } range
                && range.Low == low && range.High == high && range.Step == step && range.Log == log) return range;
        }
        return null;
    }

    private ParameterSchema? Find(ParameterSchema[] children, string name, Distribution distribution)
    {
        int last = Count;
        foreach (ParameterSchema child in children)
        {
            if (child.Names[last] == name && child.Distributions[last].Equals(distribution)) return child;
        }
        return null;
    }
}
