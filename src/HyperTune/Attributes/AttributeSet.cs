using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace HyperTune;

/// <summary>An immutable map of attribute names to values, in the order in which they were added.</summary>
/// <remarks>Made for the few entries that trials have, and for studies whose samplers add thousands one by one.</remarks>
public sealed class AttributeSet : IReadOnlyDictionary<string, AttributeValue>
{
    /// <summary>Up to here a scan over the keys is faster than hashing one.</summary>
    private const int ScannedKeys = 8;

    /// <summary>Keys that may follow those of an index before a set gets an index of its own.</summary>
    private const int FollowingKeys = 32;

    private readonly string[] _keys;
    private readonly AttributeValue[] _values;

    // Of the first keys. Sets that grow out of one another share it; the keys that follow are scanned.
    private readonly Dictionary<string, int>? _index;

    private AttributeSet(string[] keys, AttributeValue[] values, AttributeSet? beginsLike = null)
    {
        _keys = keys;
        _values = values;
        if (keys.Length <= ScannedKeys) return;
        if (beginsLike?._index is { } shared && keys.Length - shared.Count <= FollowingKeys)
        {
            _index = shared;
            return;
        }
        _index = new Dictionary<string, int>(keys.Length, StringComparer.Ordinal);
        for (int i = 0; i < keys.Length; i++) _index.Add(keys[i], i);
    }

    /// <summary>The set without entries.</summary>
    public static AttributeSet Empty { get; } = new([], []);

    /// <inheritdoc/>
    public int Count => _keys.Length;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => _keys;

    /// <inheritdoc/>
    public IEnumerable<AttributeValue> Values => _values;

    /// <inheritdoc/>
    public AttributeValue this[string key] =>
        TryGetValue(key, out AttributeValue? value) ? value : throw new KeyNotFoundException($"There is no attribute '{key}'.");

    internal ReadOnlySpan<string> KeySpan => _keys;

    /// <summary>Makes a set; of entries with the same key the last one counts.</summary>
    public static AttributeSet Of(IEnumerable<KeyValuePair<string, AttributeValue>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        return entries as AttributeSet ?? Empty.With(entries);
    }

    /// <summary>This set with one entry added or replaced.</summary>
    public AttributeSet With(string key, AttributeValue value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        int index = IndexOf(key);
        if (index < 0) return new AttributeSet([.. _keys, key], [.. _values, value], this);
        var values = (AttributeValue[])_values.Clone();
        values[index] = value;
        return new AttributeSet(_keys, values, this);
    }

    /// <summary>This set with entries added or replaced.</summary>
    public AttributeSet With(IEnumerable<KeyValuePair<string, AttributeValue>> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        if (entries is IReadOnlyCollection<KeyValuePair<string, AttributeValue>> { Count: 0 }) return this;
        if (Count == 0 && entries is AttributeSet same) return same;
        AttributeValue[]? values = null;
        OrderedDictionary<string, AttributeValue>? added = null;
        foreach ((string key, AttributeValue value) in entries)
        {
            int index = IndexOf(key);
            if (index >= 0) (values ??= (AttributeValue[])_values.Clone())[index] = value;
            else (added ??= new(StringComparer.Ordinal))[key] = value;
        }
        if (added is not null) return new AttributeSet([.. _keys, .. added.Keys], [.. values ?? _values, .. added.Values], this);
        return values is null ? this : new AttributeSet(_keys, values, this);
    }

    /// <inheritdoc/>
    public bool ContainsKey(string key) => IndexOf(key) >= 0;

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out AttributeValue value)
    {
        int index = IndexOf(key);
        value = index >= 0 ? _values[index] : null;
        return index >= 0;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, AttributeValue>> GetEnumerator()
    {
        for (int i = 0; i < _keys.Length; i++) yield return KeyValuePair.Create(_keys[i], _values[i]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private int IndexOf(string key)
    {
        if (_index is not null && _index.TryGetValue(key, out int index)) return index;
        for (int i = _index?.Count ?? 0; i < _keys.Length; i++)
        {
            if (_keys[i] == key) return i;
        }
        return -1;
    }
}
