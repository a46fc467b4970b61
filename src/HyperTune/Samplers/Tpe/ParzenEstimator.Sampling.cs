using HyperTune.Numerics;

namespace HyperTune.Samplers.Tpe;

internal sealed partial class ParzenEstimator
{
    private double[] _cumulative = [];
    private bool _hasCumulative;

    /// <summary>Draws candidates: for each, one uniform number chooses the kernel and one more each dimension's value.</summary>
    /// <param name="random">The stream to draw from.</param>
    /// <param name="candidates">Receives the draws, row-major [count, dimensions], inside the bounds and on the grid.</param>
    /// <param name="count">The number of candidates.</param>
    public void Sample(RandomStream random, Span<double> candidates, int count)
    {
        int d = _columns.Length;
        if (candidates.Length != count * d)
            throw new ArgumentException($"{count} candidates of {d} dimensions are {count * d} numbers, not {candidates.Length}.", nameof(candidates));
        Prepare();
        Accumulate();
        for (int c = 0; c < count; c++)
        {
            int slot = Choose(random.NextDouble());
            for (int i = 0; i < d; i++) candidates[c * d + i] = _columns[i].Draw(slot, random.NextDouble());
        }
    }

    private void Accumulate()
    {
        if (_hasCumulative) return;
        if (_cumulative.Length < _weights.Capacity) _cumulative = new double[_weights.Capacity];
        double sum = 0;
        for (int slot = 0; slot < _count; slot++) _cumulative[slot] = sum += _weights[slot];
        _hasCumulative = true;
    }

    /// <summary>The first slot whose cumulative weight exceeds the number; past the last observation comes the prior kernel.</summary>
    private int Choose(double uniform)
    {
        int low = 0, high = _count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            if (_cumulative[middle] > uniform) high = middle;
            else low = middle + 1;
        }
        return low;
    }
}
