namespace HyperTune.Numerics;

/// <summary>An immutable sorted collection of numbers that gives any order statistic and grows cheaply. NaNs are only counted.</summary>
/// <remarks>
/// The values lie in sorted chunks of at most about √n. Adding one copies its chunk and the table of chunks, O(√n) in two block copies;
/// former versions stay as they were. Many at once are merged in one pass. An order statistic is a binary search over the table, O(log n).
/// </remarks>
internal sealed class OrderedValues
{
    /// <summary>Below this a chunk is copied faster than it is found.</summary>
    private const int SmallestLimit = 64;

    private readonly double[][] _chunks;

    // The rank of each chunk's first value.
    private readonly int[] _starts;

    private OrderedValues(double[][] chunks, int[] starts, int count, int nanCount)
    {
        _chunks = chunks;
        _starts = starts;
        Count = count;
        NanCount = nanCount;
    }

    /// <summary>No values.</summary>
    public static OrderedValues Empty { get; } = new([], [], 0, 0);

    /// <summary>The number of values other than NaN.</summary>
    public int Count { get; }

    /// <summary>The number of NaNs.</summary>
    public int NanCount { get; }

    /// <summary>The value of a rank, the smallest one having rank 0.</summary>
    public double this[int rank]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(rank);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(rank, Count);
            int index = Array.BinarySearch(_starts, rank);
            int chunk = index >= 0 ? index : ~index - 1;
            return _chunks[chunk][rank - _starts[chunk]];
        }
    }

    /// <summary>The percentile with linear interpolation; NaN without values, and between -∞ and +∞.</summary>
    /// <param name="percent">0 to 100.</param>
    public double Percentile(double percent)
    {
        if (Count == 0) return double.NaN;
        (int rank, double fraction) = Percentiles.Position(Count, percent);
        double low = this[rank];
        return fraction == 0 ? low : Percentiles.Interpolate(low, this[rank + 1], fraction);
    }

    /// <summary>The number of values below a number.</summary>
    public int CountBelow(double number)
    {
        int chunk = ChunkOf(number);
        if (chunk == _chunks.Length) return Count;
        ReadOnlySpan<double> values = _chunks[chunk];
        int low = 0, high = values.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (values[middle] < number) low = middle + 1;
            else high = middle;
        }
        return _starts[chunk] + low;
    }

    /// <summary>These values and further ones, in any order.</summary>
    public OrderedValues With(params ReadOnlySpan<double> values)
    {
        double[] added = values.ToArray();
        added.AsSpan().Sort();
        // NaN sorts first.
        int nans = 0;
        while (nans < added.Length && double.IsNaN(added[nans])) nans++;
        ReadOnlySpan<double> numbers = added.AsSpan(nans);
        OrderedValues result = nans == 0 ? this : new OrderedValues(_chunks, _starts, Count, NanCount + nans);
        // One by one costs √n each, merging all of them n.
        if ((long)numbers.Length * numbers.Length > Count) return result.Merged(numbers);
        foreach (double value in numbers) result = result.Inserted(value);
        return result;
    }

    /// <summary>These values with one occurrence less of a value that is among them.</summary>
    public OrderedValues Without(double value)
    {
        if (double.IsNaN(value) && NanCount > 0) return new OrderedValues(_chunks, _starts, Count, NanCount - 1);
        int chunk = ChunkOf(value);
        int index = chunk < _chunks.Length ? Array.BinarySearch(_chunks[chunk], value) : -1;
        if (index < 0) throw new ArgumentException(FormattableString.Invariant($"The value {value} is not among the {Count} values. Remove only what was added."), nameof(value));
        double[] old = _chunks[chunk];
        double[][] chunks = old.Length == 1 ? [.. _chunks.AsSpan(0, chunk), .. _chunks.AsSpan(chunk + 1)] : (double[][])_chunks.Clone();
        if (old.Length > 1) chunks[chunk] = [.. old.AsSpan(0, index), .. old.AsSpan(index + 1)];
        return Of(chunks, NanCount);
    }

    /// <summary>Writes the values in ascending order.</summary>
    public void CopyTo(Span<double> target)
    {
        for (int i = 0; i < _chunks.Length; i++) _chunks[i].CopyTo(target[_starts[i]..]);
    }

    /// <summary>The longest chunk of a collection of some size.</summary>
    private static int Limit(int count) => Math.Max(SmallestLimit, (int)Math.Sqrt(count));

    private static OrderedValues Of(double[][] chunks, int nanCount)
    {
        var starts = new int[chunks.Length];
        int count = 0;
        for (int i = 0; i < chunks.Length; i++)
        {
            starts[i] = count;
            count += chunks[i].Length;
        }
        return new OrderedValues(chunks, starts, count, nanCount);
    }

    /// <summary>The first chunk that ends with the value or a higher one; the number of chunks if there is none.</summary>
    private int ChunkOf(double value)
    {
        int low = 0, high = _chunks.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_chunks[middle][^1] < value) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private OrderedValues Inserted(double value)
    {
        if (_chunks.Length == 0) return new OrderedValues([[value]], [0], 1, NanCount);
        int chunk = Math.Min(ChunkOf(value), _chunks.Length - 1);
        double[] old = _chunks[chunk];
        int index = Array.BinarySearch(old, value);
        if (index < 0) index = ~index;
        var longer = new double[old.Length + 1];
        old.AsSpan(0, index).CopyTo(longer);
        longer[index] = value;
        old.AsSpan(index).CopyTo(longer.AsSpan(index + 1));
        if (longer.Length > Limit(Count + 1))
        {
            int half = longer.Length / 2;
            return Of([.. _chunks.AsSpan(0, chunk), longer[..half], longer[half..], .. _chunks.AsSpan(chunk + 1)], NanCount);
        }
        var chunks = (double[][])_chunks.Clone();
        chunks[chunk] = longer;
        var starts = (int[])_starts.Clone();
        for (int i = chunk + 1; i < starts.Length; i++) starts[i]++;
        return new OrderedValues(chunks, starts, Count + 1, NanCount);
    }

    private OrderedValues Merged(ReadOnlySpan<double> numbers)
    {
        int count = Count + numbers.Length;
        // Chunks begin half full, so that what comes next splits none of them.
        int length = Limit(count) / 2;
        var chunks = new double[(count + length - 1) / length][];
        int oldChunk = 0, oldIndex = 0, next = 0;
        for (int c = 0; c < chunks.Length; c++)
        {
            var chunk = new double[Math.Min(length, count - (c * length))];
            for (int i = 0; i < chunk.Length; i++)
            {
                if (oldChunk == _chunks.Length || (next < numbers.Length && numbers[next] < _chunks[oldChunk][oldIndex]))
                {
                    chunk[i] = numbers[next++];
                    continue;
                }
                chunk[i] = _chunks[oldChunk][oldIndex++];
                if (oldIndex < _chunks[oldChunk].Length) continue;
                oldChunk++;
                oldIndex = 0;
            }
            chunks[c] = chunk;
        }
        return Of(chunks, NanCount);
    }
}
