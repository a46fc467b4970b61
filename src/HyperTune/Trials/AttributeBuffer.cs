namespace HyperTune.Trials;

/// <summary>The attributes of a running trial, and which of them are not yet in the storage. Setting one costs the same however many there are.</summary>
/// <remarks>What is set goes to a log; the sets are made from it when somebody asks for them. A part of the <see cref="TrialBuffer"/>, under its lock.</remarks>
internal struct AttributeBuffer(AttributeSet start)
{
    // Most trials set no attribute at all.
    private List<KeyValuePair<string, AttributeValue>>? _log;
    private AttributeSet _all = start;
    private AttributeSet _unwritten = AttributeSet.Empty;
    private int _inAll, _inUnwritten;

    /// <summary>All attributes, written or not.</summary>
    public AttributeSet All => Fold(ref _all, ref _inAll);

    /// <summary>Those that the storage does not have yet.</summary>
    public AttributeSet Unwritten => Fold(ref _unwritten, ref _inUnwritten);

    public readonly bool IsWritten => _unwritten.Count == 0 && (_log is null || _log.Count == _inUnwritten);

    public void Set(string key, AttributeValue value) => (_log ??= []).Add(new(key, value));

    /// <summary>Notes attributes that the storage has. A trial without others keeps the very set, which trials can so share.</summary>
    public void AddWritten(AttributeSet attributes)
    {
        if (attributes.Count > 0) _all = All.With(attributes);
    }

    /// <summary>Notes that the storage has what <see cref="Unwritten"/> gave. What was set since must be written, and nothing else again.</summary>
    public void Confirm(AttributeSet written) => _unwritten = Without(Unwritten, written);

    /// <summary>What is left of a set that is partly written: entries that were added or replaced since.</summary>
    public static AttributeSet Without(AttributeSet unwritten, AttributeSet written)
    {
        if (ReferenceEquals(unwritten, written) || unwritten.Count == 0) return AttributeSet.Empty;
        return AttributeSet.Of(unwritten.Where(entry => !(written.TryGetValue(entry.Key, out AttributeValue? value) && ReferenceEquals(value, entry.Value))));
    }

    private AttributeSet Fold(ref AttributeSet set, ref int folded)
    {
        if (_log is null || folded == _log.Count) return set;
        set = _log.Count - folded == 1 ? set.With(_log[folded].Key, _log[folded].Value) : set.With(_log.GetRange(folded, _log.Count - folded));
        folded = _log.Count;
        if (_inAll != _inUnwritten) return set;
        _log.Clear();
        _inAll = _inUnwritten = 0;
        return set;
    }
}
