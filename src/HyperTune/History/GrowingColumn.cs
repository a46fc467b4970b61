namespace HyperTune.History;

/// <summary>An append-only column: one writer appends, readers take spans of a length that they know to be written.</summary>
/// <remarks>
/// The written part never changes. When the array is full a larger one takes its place; readers of the old one keep it. Readers learn
/// the length from a header that is published with a release write after the values, so that they need no lock.
/// </remarks>
internal sealed class GrowingColumn<T>
{
    private const int FirstCapacity = 16;

    private T[] _items = [];
    private int _count;

    /// <summary>The number of items that are wholly written. A reader may ask for it while the writer appends.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Add(T item)
    {
        int count = _count;
        if (count == _items.Length)
        {
            var larger = new T[count == 0 ? FirstCapacity : count + (count / 2)];
            _items.CopyTo(larger, 0);
            Volatile.Write(ref _items, larger);
        }
        _items[count] = item;
        // Only now: a reader that sees the count sees the item, and the array that holds it.
        Volatile.Write(ref _count, count + 1);
    }

    /// <summary>The first <paramref name="count"/> items, which the caller knows to be written.</summary>
    public ReadOnlySpan<T> First(int count) => Volatile.Read(ref _items).AsSpan(0, count);

    public ReadOnlyMemory<T> FirstAsMemory(int count) => Volatile.Read(ref _items).AsMemory(0, count);
}
