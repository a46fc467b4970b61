using System.Runtime.InteropServices;

namespace HyperTune.Storage;

/// <summary>The items of a list in the order of their last change: each once, however often it changed, so that a log of changes does not grow for ever.</summary>
internal sealed class ChangeOrder
{
    private const int None = -1;

    private readonly List<Entry> _entries = [];
    private int _newest = None;

    /// <summary>The number of changes so far.</summary>
    public long Version { get; private set; }

    /// <summary>Notes that an item changed; the first change of the next item adds it.</summary>
    public void Note(int item)
    {
        if (item == _entries.Count) _entries.Add(new Entry());
        else Unlink(item);
        Span<Entry> entries = CollectionsMarshal.AsSpan(_entries);
        entries[item] = new Entry { Version = ++Version, Older = _newest, Newer = None };
        if (_newest != None) entries[_newest].Newer = item;
        _newest = item;
    }

    /// <summary>The items that changed after a version, in ascending order.</summary>
    public int[] Since(long version)
    {
        ReadOnlySpan<Entry> entries = CollectionsMarshal.AsSpan(_entries);
        int count = 0;
        for (int item = _newest; item != None && entries[item].Version > version; item = entries[item].Older) count++;
        if (count == 0) return [];
        var items = new int[count];
        for (int item = _newest; count > 0; item = entries[item].Older) items[--count] = item;
        if (items.Length > 1) Array.Sort(items);
        return items;
    }

    private void Unlink(int item)
    {
        Span<Entry> entries = CollectionsMarshal.AsSpan(_entries);
        (int older, int newer) = (entries[item].Older, entries[item].Newer);
        if (older != None) entries[older].Newer = newer;
        if (newer != None) entries[newer].Older = older;
        else _newest = older;
    }

    private struct Entry
    {
        public long Version;
        public int Older;
        public int Newer;
    }
}
