using System.Runtime.InteropServices;

namespace HyperTune.Importance.Forests;

/// <summary>The boxes that the leaves of a regression tree make of the search space, and variances of means over some of its dimensions.</summary>
/// <remarks>
/// <para>The split points of a feature divide it into cells; a choice is a cell. In each dimension a leaf covers one run of cells, or several of
/// choices. A mean over all other dimensions is constant in a cell, and changes only where runs begin and end, so that the means of all cells are running
/// sums over the leaves.</para>
/// <para>Source: F. Hutter, H. Hoos, K. Leyton-Brown, "An Efficient Approach for Assessing Hyperparameter Importance", 2014, algorithm 1 and 2.</para>
/// </remarks>
internal sealed class TreePartition
{
    private readonly ForestFeature[] _features;

    // By feature: the size of each cell, of sum 1; and the place of each border, ascending from 0 to 1.
    private readonly double[][] _sizes;
    private readonly double[][] _borders;

    // By leaf: what the loss is above the mean over the space, times the volume; by leaf and feature: the share covered, and where its runs start.
    private readonly List<double> _masses = [];
    private readonly List<double> _shares = [];
    private readonly List<int> _firstRuns = [];
    private readonly List<(int Start, int End)> _runs = [];

    /// <summary>Divides the space.</summary>
    public TreePartition(RegressionTree tree, ForestFeature[] features)
    {
        _features = features;
        _borders = Borders(tree, features);
        _sizes = Array.ConvertAll(_borders, borders => borders.Zip(borders.Skip(1), (first, last) => last - first).ToArray());
        var volumes = new List<double>();
        Visit(tree, 0, Array.ConvertAll(_sizes, _ => 0), Array.ConvertAll(_sizes, sizes => sizes.Length), Array.ConvertAll(features, feature => new bool[feature.Choices]), volumes);
        _firstRuns.Add(_runs.Count);

        double mean = 0;
        for (int leaf = 0; leaf < volumes.Count; leaf++) mean += volumes[leaf] * _masses[leaf];
        for (int leaf = 0; leaf < volumes.Count; leaf++)
        {
            double excess = _masses[leaf] - mean;
            Variance += volumes[leaf] * excess * excess;
            _masses[leaf] = volumes[leaf] * excess;
        }
    }

    /// <summary>The variance of the tree over the whole space.</summary>
    public double Variance { get; }

    /// <summary>The variance, along one feature, of the mean over all others.</summary>
    public double MarginalVariance(int feature)
    {
        double[] sizes = _sizes[feature];
        if (sizes.Length == 1) return 0;
        var changes = new double[sizes.Length + 1];
        for (int leaf = 0; leaf < _masses.Count; leaf++) Change(changes, leaf, feature, _masses[leaf] / ShareOf(leaf, feature));
        return SumOfSquares(changes, sizes);
    }

    /// <summary>The variance, over the plane of two features, of the mean over all others.</summary>
    public double MarginalVariance(int first, int second)
    {
        double[] rows = _sizes[first], columns = _sizes[second];
        if (rows.Length == 1 || columns.Length == 1) return MarginalVariance(first) + MarginalVariance(second);
        (int[] starts, int[] events) = Events(first);
        var changes = new double[columns.Length + 1];
        double variance = 0;
        for (int row = 0; row < rows.Length; row++)
        {
            foreach (int change in events.AsSpan(starts[row]..starts[row + 1]))
            {
                int leaf = change >> 1;
                double mean = _masses[leaf] / (ShareOf(leaf, first) * ShareOf(leaf, second));
                Change(changes, leaf, second, (change & 1) == 0 ? mean : -mean);
            }
            variance += rows[row] * SumOfSquares(changes, columns);
        }
        return variance;
    }

    /// <summary>What happens at each cell of a feature: twice the leaf whose run begins there, or that plus 1 where it has ended.</summary>
    private (int[] Starts, int[] Events) Events(int feature)
    {
        int cells = _sizes[feature].Length;
        var starts = new int[cells + 2];
        for (int leaf = 0; leaf < _masses.Count; leaf++)
        {
            foreach ((int start, int end) in RunsOf(leaf, feature))
            {
                starts[start + 1]++;
                starts[end + 1]++;
            }
        }
        for (int i = 1; i < starts.Length; i++) starts[i] += starts[i - 1];
        var events = new int[starts[^1]];
        int[] next = [.. starts];
        for (int leaf = 0; leaf < _masses.Count; leaf++)
        {
            foreach ((int start, int end) in RunsOf(leaf, feature))
            {
                events[next[start]++] = 2 * leaf;
                events[next[end]++] = (2 * leaf) + 1;
            }
        }
        return (starts, events);
    }

    private void Change(double[] changes, int leaf, int feature, double mean)
    {
        foreach ((int start, int end) in RunsOf(leaf, feature))
        {
            changes[start] += mean;
            changes[end] -= mean;
        }
    }

    private static double SumOfSquares(double[] changes, double[] sizes)
    {
        double mean = 0, sum = 0;
        for (int cell = 0; cell < sizes.Length; cell++)
        {
            mean += changes[cell];
            sum += sizes[cell] * mean * mean;
        }
        return sum;
    }

    private double ShareOf(int leaf, int feature) => _shares[(leaf * _features.Length) + feature];

    private ReadOnlySpan<(int Start, int End)> RunsOf(int leaf, int feature)
    {
        int index = (leaf * _features.Length) + feature;
        return CollectionsMarshal.AsSpan(_runs)[_firstRuns[index].._firstRuns[index + 1]];
    }

    private static double[][] Borders(RegressionTree tree, ForestFeature[] features)
    {
        List<double>[] borders = Array.ConvertAll(features, feature => new List<double> { 0, 1 });
        foreach (ref readonly TreeNode node in tree.Nodes)
        {
            if (node.Feature >= 0 && features[node.Feature].Choices == 0) borders[node.Feature].Add(node.Threshold);
        }
        for (int i = 0; i < features.Length; i++)
        {
            int choices = features[i].Choices;
            for (int choice = 1; choice < choices; choice++) borders[i].Add((double)choice / choices);
        }
        return Array.ConvertAll(borders, list => list.Distinct().Order().ToArray());
    }

    /// <summary>Collects the leaves below a node. Of each feature it covers the cells from low to high, without the excluded choices.</summary>
    private void Visit(RegressionTree tree, int index, int[] low, int[] high, bool[][] isExcluded, List<double> volumes)
    {
        TreeNode node = tree.Nodes[index];
        if (node.Feature < 0)
        {
            AddLeaf(node.Value, low, high, isExcluded, volumes);
            return;
        }
        int f = node.Feature, formerLow = low[f], formerHigh = high[f];
        if (_features[f].Choices > 0)
        {
            int choice = (int)node.Threshold;
            (low[f], high[f]) = (choice, choice + 1);
            Visit(tree, node.Left, low, high, isExcluded, volumes);
            (low[f], high[f]) = (formerLow, formerHigh);
            isExcluded[f][choice] = true;
            Visit(tree, node.Right, low, high, isExcluded, volumes);
            isExcluded[f][choice] = false;
            return;
        }
        int border = Array.BinarySearch(_borders[f], node.Threshold);
        high[f] = border;
        Visit(tree, node.Left, low, high, isExcluded, volumes);
        (low[f], high[f]) = (border, formerHigh);
        Visit(tree, node.Right, low, high, isExcluded, volumes);
        low[f] = formerLow;
    }

    private void AddLeaf(double value, int[] low, int[] high, bool[][] isExcluded, List<double> volumes)
    {
        int runs = _runs.Count, shares = _shares.Count;
        double volume = 1;
        for (int f = 0; f < low.Length; f++)
        {
            _firstRuns.Add(_runs.Count);
            double share = 0;
            for (int start = low[f]; start < high[f];)
            {
                int end = high[f];
                if (_features[f].Choices > 0)
                {
                    if (isExcluded[f][start])
                    {
                        start++;
                        continue;
                    }
                    end = start + 1;
                    while (end < high[f] && !isExcluded[f][end]) end++;
                }
                _runs.Add((start, end));
                share += _borders[f][end] - _borders[f][start];
                start = end;
            }
            _shares.Add(share);
            volume *= share;
        }
        if (volume > 0)
        {
            _masses.Add(value);
            volumes.Add(volume);
            return;
        }
        // A box without extent: split off between neighbouring doubles.
        _runs.RemoveRange(runs, _runs.Count - runs);
        _shares.RemoveRange(shares, _shares.Count - shares);
        _firstRuns.RemoveRange(shares, _firstRuns.Count - shares);
    }
}
