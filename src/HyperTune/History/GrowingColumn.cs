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

    public int Count { get; private set; }

    public void Add(T item)
    {
        if (Count == _items.Length)
        {
            var larger = new T[Count == 0 ? FirstCapacity : Count + (Count / 2)];
            _items.CopyTo(larger, 0);
            Volatile.Write(ref _items, larger);
        }
        _items[Count++] = item;
    }

    /// <summary>The first <paramref name="count"/> items, which the caller knows to be written.</summary>
    public ReadOnlySpan<T> First(int count) => Volatile.Read(ref _items).AsSpan(0, count);

    public ReadOnlyMemory<T> FirstAsMemory(int count) => Volatile.Read(ref _items).AsMemory(0, count);
}
