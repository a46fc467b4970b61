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
    private ParameterSchema[] _children = [];

    private ParameterSchema(bool isRemembering) => _isRemembering = isRemembering;

    private ParameterSchema(ParameterSchema parent, string name, Distribution distribution)
    {
        _isRemembering = parent._isRemembering;
        Names = [.. parent.Names, name];
        Distributions = [.. parent.Distributions, distribution];
        if (Names.Length <= ScannedNames) return;
        _index = new Dictionary<string, int>(Names.Length, StringComparer.Ordinal);
        for (int i = 0; i < Names.Length; i++) _index.Add(Names[i], i);
    }

    public string[] Names { get; } = [];

    public Distribution[] Distributions { get; } = [];

    public int Count => Names.Length;

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
            if (_children.Length < RememberedChildren) Volatile.Write(ref _children, [.. _children, child]);
            return child;
        }
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
