using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HyperTune.Numerics;

namespace HyperTune.Samplers.Tpe;

/// <summary>Numbers by slot that start on a cache line, so that no vector of eight crosses one (half the time of a density pass).</summary>
internal sealed class SlotArray
{
    private const int CacheLine = 64;

    private double[] _items = [];
    private int _start;

    /// <summary>The number of slots, a multiple of a vector's lanes.</summary>
    public int Capacity { get; private set; }

    /// <summary>The number of a slot.</summary>
    public ref double this[int slot]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)slot, (uint)Capacity, nameof(slot));
            return ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_items), _start + slot);
        }
    }

    /// <summary>All slots, unused ones included.</summary>
    public Span<double> Span => _items.AsSpan(_start, Capacity);

    /// <summary>The first number from a slot on, for vectors that stay below the capacity.</summary>
    public ref double From(int slot) => ref MemoryMarshal.GetReference(Span[slot..]);

    /// <summary>Makes room for as many slots; new ones hold 0.</summary>
    public unsafe void Resize(int capacity)
    {
        capacity = (capacity + WideMath.Lanes - 1) & -WideMath.Lanes;
        // A pinned array does not move, so its alignment lasts.
        double[] items = GC.AllocateArray<double>(capacity + WideMath.Lanes - 1, pinned: true);
        nuint address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(items));
        int start = (int)((CacheLine - address % CacheLine) % CacheLine / sizeof(double));
        Span[..Math.Min(Capacity, capacity)].CopyTo(items.AsSpan(start));
        (_items, _start, Capacity) = (items, start, capacity);
    }

    /// <summary>Writes the first slots; all others become 0.</summary>
    public void Set(ReadOnlySpan<double> values)
    {
        values.CopyTo(Span);
        Span[values.Length..].Clear();
    }

    /// <summary>Shifts the slots from <paramref name="slot"/> up to <paramref name="count"/> up by one and writes the new one.</summary>
    public void Insert(int slot, int count, double value)
    {
        var items = Span;
        items[slot..count].CopyTo(items[(slot + 1)..]);
        items[slot] = value;
    }

    /// <summary>Closes the gap of a slot among the first <paramref name="count"/>; the vacated one becomes 0.</summary>
    public void Remove(int slot, int count)
    {
        var items = Span;
        items[(slot + 1)..count].CopyTo(items[slot..]);
        items[count - 1] = 0;
    }
}
