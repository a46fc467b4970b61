namespace HyperTune.Samplers.Tpe;

/// <summary>One dimension of all kernels of an estimator, in trial order ("slots"); the prior kernel is apart.</summary>
/// <remarks>
/// A column is a function of the set of observations alone: whatever was inserted and removed before leaves no trace. Arrays are
/// padded to whole vectors; what lies past the last slot is 0.
/// </remarks>
internal abstract class ParzenColumn(ParzenDimension dimension)
{
    /// <summary>The dimension described.</summary>
    public ParzenDimension Dimension { get; } = dimension;

    /// <summary>ln of what makes each kernel integrate to 1, apart from the candidate; null where it is always 0.</summary>
    public abstract SlotArray? LogNorm { get; }

    /// <summary>Makes room for more slots.</summary>
    public abstract void Resize(int capacity);

    /// <summary>Throws if the value cannot be an observation of this dimension.</summary>
    public abstract void Check(double value);

    /// <summary>Inserts an observation.</summary>
    /// <param name="slot">Its slot.</param>
    /// <param name="value">Its value, one that passes <see cref="Check"/>.</param>
    /// <param name="orders">The keys of all slots, the new one included.</param>
    /// <param name="constants">The sums of <see cref="LogNorm"/> by slot: outdated ones are marked.</param>
    public abstract void Insert(int slot, double value, ReadOnlySpan<int> orders, SlotArray constants);

    /// <summary>Removes a slot.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="order">Its key.</param>
    /// <param name="orders">The keys of the slots that remain.</param>
    /// <param name="constants">As for <see cref="Insert"/>.</param>
    public abstract void Remove(int slot, int order, ReadOnlySpan<int> orders, SlotArray constants);

    /// <summary>Replaces all observations. The sums of <see cref="LogNorm"/> are outdated already.</summary>
    /// <param name="values">Their values by slot, which pass <see cref="Check"/>.</param>
    /// <param name="orders">Their keys.</param>
    public abstract void Reset(ReadOnlySpan<double> values, ReadOnlySpan<int> orders);

    /// <summary>Brings up to date what depends on the number of observations.</summary>
    public abstract void Prepare(ReadOnlySpan<int> orders, SlotArray constants);

    /// <summary>The candidate on the scale of the kernels; NaN where every density there is 0.</summary>
    public abstract double ToCoordinate(double candidate);

    /// <summary>The log density of the prior kernel.</summary>
    public abstract double LogPrior(double coordinate);

    /// <summary>Adds each kernel's -ln density at a coordinate, plus <see cref="LogNorm"/>, to the totals of a block.</summary>
    /// <remarks>Nothing added is below 0, so a vector of kernels whose totals all reach the limit is dropped for good.</remarks>
    /// <param name="coordinate">The candidate, from <see cref="ToCoordinate"/>.</param>
    /// <param name="firstSlot">The first slot of the block.</param>
    /// <param name="totals">The totals of the block's kernels.</param>
    /// <param name="alive">The vectors of the block that still matter, as offsets into <paramref name="totals"/>; those that go on mattering are kept.</param>
    /// <param name="limit">What a total must stay below to matter.</param>
    /// <returns>How many vectors still matter.</returns>
    public abstract int Accumulate(double coordinate, int firstSlot, Span<double> totals, Span<int> alive, double limit);

    /// <summary>Draws a value from the kernel of a slot, or from the prior kernel (slot = number of observations), by one uniform number.</summary>
    public abstract double Draw(int slot, double uniform);

    /// <summary>Shifts an array up by one slot and writes the new entry.</summary>
    protected static void InsertAt<T>(T[] array, int index, int count, T value)
    {
        array.AsSpan(index, count - index).CopyTo(array.AsSpan(index + 1));
        array[index] = value;
    }

    /// <summary>Shifts an array down by one slot and clears the vacated one.</summary>
    protected static void RemoveAt<T>(T[] array, int index, int count)
    {
        array.AsSpan(index + 1, count - index - 1).CopyTo(array.AsSpan(index));
        array[count - 1] = default!;
    }
}
