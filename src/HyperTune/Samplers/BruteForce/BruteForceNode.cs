using HyperTune.Numerics;

namespace HyperTune.Samplers.BruteForce;

/// <summary>A place in the tree: the values that some trials have begun with, and the parameter that they ask for next. Not safe for concurrent use.</summary>
/// <remarks>Children that no trial has visited are not stored; each counts as one open leaf, as does a node of which nothing is known yet.</remarks>
internal sealed class BruteForceNode
{
    private readonly BruteForceNode? _parent;
    private Dictionary<long, BruteForceNode>? _children;

    // The visited children that have open leaves, in ascending order.
    private List<BruteForceNode>? _live;

    public BruteForceNode(BruteForceNode? parent, long index)
    {
        _parent = parent;
        Index = index;
    }

    /// <summary>The place among the parent's values.</summary>
    public long Index { get; }

    /// <summary>The parameter that is asked for here; null while that is not known, or if there is none.</summary>
    public string? Name { get; private set; }

    public Distribution? Distribution { get; private set; }

    /// <summary>How many values the parameter has.</summary>
    public long Size { get; private set; }

    /// <summary>A trial that asked for the parameter.</summary>
    public int Witness { get; private set; }

    /// <summary>Leaves below that are neither finished nor taken, as far as the tree is known.</summary>
    public long Open { get; private set; } = 1;

    /// <summary>Trials that ended here without asking for more: complete, pruned and failed ones.</summary>
    public (int Complete, int Pruned, int Failed) Ends { get; set; }

    /// <summary>Running trials that are here now.</summary>
    public int Running { get; set; }

    public BruteForceNode? Child(long index) => _children?.GetValueOrDefault(index);

    /// <summary>Says which parameter is asked for here.</summary>
    public void Expand(in BruteForceStep step, int trial)
    {
        (Name, Distribution, Size, Witness) = (step.Name, step.Distribution, step.Size, trial);
        SetOpen(Size);
    }

    /// <summary>Takes back <see cref="Expand"/>, once all children are removed.</summary>
    public void Collapse(int maxTries)
    {
        (Name, Distribution, Size, _children, _live) = (null, null, 0, null, null);
        Settle(maxTries);
    }

    public BruteForceNode AddChild(long index)
    {
        var child = new BruteForceNode(this, index);
        (_children ??= []).Add(index, child);
        Enliven(child);
        return child;
    }

    /// <summary>Takes back <see cref="AddChild"/>. The child must be open and without children.</summary>
    public void RemoveChild(BruteForceNode child)
    {
        _children!.Remove(child.Index);
        _live!.RemoveAt(PlaceOf(child.Index));
    }

    /// <summary>Decides anew whether a node without known parameter is an open leaf.</summary>
    public void Settle(int maxTries)
    {
        if (Name is null) SetOpen(Running > 0 || Ends.Complete > 0 || Ends.Pruned > 0 || Ends.Failed >= maxTries ? 0 : 1);
    }

    /// <summary>Draws a child: half by its share of the open leaves, half evenly among the children that have one. Where there is none, evenly among all.</summary>
    public long Draw(RandomStream random)
    {
        if (Open == 0) return NextLong(random, Size);
        long unvisited = Size - (_children?.Count ?? 0);
        int live = _live?.Count ?? 0;
        double children = (double)unvisited + live;
        double share = random.NextDouble();
        for (int i = 0; i < live; i++)
        {
            share -= Weight(_live![i].Open);
            if (share < 0) return _live[i].Index;
        }
        // What is left over by rounding belongs to the last one.
        if (unvisited == 0) return _live![^1].Index;
        // On the way to the last unvisited child of K the draws add up to about K·ln K.
        long index;
        do index = NextLong(random, Size);
        while (_children?.ContainsKey(index) == true);
        return index;

        double Weight(long open) => 0.5 * open / Open + 0.5 / children;
    }

    /// <summary>A number from 0 to below an upper end, which may be beyond 32 bits.</summary>
    public static long NextLong(RandomStream random, long exclusiveUpper)
    {
        if (exclusiveUpper <= int.MaxValue) return random.NextInt((int)exclusiveUpper);
        ulong rejected = (0UL - (ulong)exclusiveUpper) % (ulong)exclusiveUpper;
        ulong bits;
        do bits = random.NextUInt64();
        while (bits < rejected);
        return (long)(bits % (ulong)exclusiveUpper);
    }

    private void SetOpen(long open)
    {
        BruteForceNode? node = this;
        for (long change = open - Open; change != 0 && node is not null; node = node._parent)
        {
            long former = node.Open;
            node.Open = former + change;
            if (node._parent is not { } parent) continue;
            if (former == 0) parent.Enliven(node);
            else if (node.Open == 0) parent._live!.RemoveAt(parent.PlaceOf(node.Index));
        }
    }

    private void Enliven(BruteForceNode child)
    {
        _live ??= [];
        _live.Insert(~PlaceOf(child.Index), child);
    }

    private int PlaceOf(long index)
    {
        int low = 0, high = _live!.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (_live[middle].Index == index) return middle;
            if (_live[middle].Index < index) low = middle + 1;
            else high = middle - 1;
        }
        return ~low;
    }
}
