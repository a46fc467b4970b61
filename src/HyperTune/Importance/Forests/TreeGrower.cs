using HyperTune.Numerics;

namespace HyperTune.Importance.Forests;

/// <summary>Fits regression trees to samples of the same trials. Not safe for concurrent use.</summary>
/// <remarks>
/// <para>Trials are sorted along each feature once. A node is a range of all these orders at once, and a split divides the range in each of them without
/// changing the order inside, so that a level of the tree costs one pass over the trials for each feature.</para>
/// <para>Source: L. Breiman et al., "Classification and Regression Trees", 1984. Of equally good splits that of a random feature is taken: in a node of two trials
/// all features are equally good, and a fixed order would favour the first.</para>
/// </remarks>
internal sealed class TreeGrower
{
    // Gains that differ by rounding only are equal. Residuals of nearly equal losses have lost digits.
    private const double Rounding = 1e-9;

    private readonly ForestFeature[] _features;
    private readonly double[] _losses;
    private readonly int _maxDepth;
    private readonly int _minLeafTrials;
    private readonly int[][] _sorted;

    // The sampled trials of all nodes: in order of each numeric feature, and last in order of trial.
    private readonly int[][] _orders;
    private readonly int[] _weights;
    private readonly double[] _residuals;
    private readonly bool[] _isLeft;
    private readonly int[] _right;
    private readonly int[] _turns;
    private readonly (int Trials, double Weight, double Sum)[] _choices;
    private readonly List<TreeNode> _nodes = [];

    public TreeGrower(ForestFeature[] features, double[] losses, int maxDepth, int minLeafTrials)
    {
        _features = features;
        _losses = losses;
        _maxDepth = maxDepth;
        _minLeafTrials = minLeafTrials;
        int[] trials = [.. Enumerable.Range(0, losses.Length)];
        _sorted = [.. features.Select(feature => feature.Choices > 0 ? [] : Sorted(feature.Values)), trials];
        _orders = Array.ConvertAll(_sorted, order => new int[order.Length]);
        _weights = new int[losses.Length];
        _residuals = new double[losses.Length];
        _isLeft = new bool[losses.Length];
        _right = new int[losses.Length];
        _turns = [.. Enumerable.Range(0, features.Length)];
        _choices = new (int, double, double)[features.Max(feature => feature.Choices)];

        int[] Sorted(double[] values)
        {
            int[] order = [.. trials];
            Array.Sort([.. values], order);
            return order;
        }
    }

    private int[] Sampled => _orders[^1];

    /// <summary>Grows a tree on as many trials as there are, drawn with replacement.</summary>
    public RegressionTree Grow(RandomStream random)
    {
        Array.Clear(_weights);
        for (int i = 0; i < _weights.Length; i++) _weights[random.NextInt(_weights.Length)]++;
        int count = 0;
        for (int i = 0; i < _orders.Length; i++)
        {
            count = 0;
            foreach (int trial in _sorted[i])
            {
                if (_weights[trial] > 0) _orders[i][count++] = trial;
            }
        }
        _nodes.Clear();
        Grow(random, 0, count, 0);
        return new RegressionTree([.. _nodes]);
    }

    /// <summary>Grows the tree below a range of trials.</summary>
    /// <returns>The index of its root.</returns>
    private int Grow(RandomStream random, int start, int end, int depth)
    {
        ReadOnlySpan<int> trials = Sampled.AsSpan(start..end);
        double weight = 0, mean = 0;
        bool isPure = true;
        foreach (int trial in trials)
        {
            weight += _weights[trial];
            mean += _weights[trial] * _losses[trial];
            isPure &= _losses[trial] == _losses[trials[0]];
        }
        mean /= weight;
        int node = _nodes.Count;
        _nodes.Add(new TreeNode(mean));
        if (isPure || depth == _maxDepth || trials.Length < 2 * _minLeafTrials) return node;

        foreach (int trial in trials) _residuals[trial] = _weights[trial] * (_losses[trial] - mean);
        Split split = Best(random, start, end, weight);
        if (split.Feature < 0) return node;
        int middle = Divide(split, start, end);
        int left = Grow(random, start, middle, depth + 1);
        int right = Grow(random, middle, end, depth + 1);
        _nodes[node] = new TreeNode(mean, split.Feature, split.Threshold, left, right, split.Gain);
        return node;
    }

    /// <summary>The split that lowers the sum of squares most, features taken in random order.</summary>
    private Split Best(RandomStream random, int start, int end, double weight)
    {
        var best = new Split(-1, 0, -1);
        for (int i = 0; i < _turns.Length; i++)
        {
            int other = i + random.NextInt(_turns.Length - i);
            (_turns[i], _turns[other]) = (_turns[other], _turns[i]);
            int feature = _turns[i];
            if (_features[feature].Choices > 0) TryChoices(ref best, feature, start, end, weight);
            else TryThresholds(ref best, feature, start, end, weight);
        }
        return best;
    }

    /// <summary>Residuals sum to 0, so that a side of weight w and sum s, of W in all, gains s²·W/(w·(W − w)).</summary>
    private void TryThresholds(ref Split best, int feature, int start, int end, double weight)
    {
        double[] values = _features[feature].Values;
        ReadOnlySpan<int> order = _orders[feature].AsSpan(start..end);
        int last = order.Length - _minLeafTrials;
        double left = 0, sum = 0, value = values[order[0]];
        for (int i = 0; i < last; i++)
        {
            int trial = order[i];
            left += _weights[trial];
            sum += _residuals[trial];
            double next = values[order[i + 1]];
            if (next == value) continue;
            if (i + 1 >= _minLeafTrials)
            {
                double gain = sum * sum * weight / (left * (weight - left));
                if (best.IsBeatenBy(gain))
                {
                    double middle = 0.5 * (value + next);
                    best = new Split(feature, middle < next ? middle : value, gain);
                }
            }
            value = next;
        }
    }

    /// <summary>One choice against all others.</summary>
    private void TryChoices(ref Split best, int feature, int start, int end, double weight)
    {
        double[] values = _features[feature].Values;
        Span<(int Trials, double Weight, double Sum)> choices = _choices.AsSpan(0, _features[feature].Choices);
        choices.Clear();
        foreach (int trial in Sampled.AsSpan(start..end))
        {
            ref (int Trials, double Weight, double Sum) choice = ref choices[(int)values[trial]];
            choice.Trials++;
            choice.Weight += _weights[trial];
            choice.Sum += _residuals[trial];
        }
        for (int i = 0; i < choices.Length; i++)
        {
            (int trials, double left, double sum) = choices[i];
            if (trials < _minLeafTrials || end - start - trials < _minLeafTrials) continue;
            double gain = sum * sum * weight / (left * (weight - left));
            if (best.IsBeatenBy(gain)) best = new Split(feature, i, gain);
        }
    }

    /// <summary>Moves the trials of the left side to the front of the range in each order.</summary>
    /// <returns>Where the right side starts.</returns>
    private int Divide(Split split, int start, int end)
    {
        ForestFeature feature = _features[split.Feature];
        foreach (int trial in Sampled.AsSpan(start..end))
            _isLeft[trial] = feature.Choices > 0 ? feature.Values[trial] == split.Threshold : feature.Values[trial] <= split.Threshold;
        int middle = start;
        foreach (int[] order in _orders)
        {
            if (order.Length == 0) continue;
            int left = start, right = 0;
            foreach (int trial in order.AsSpan(start..end))
            {
                if (_isLeft[trial]) order[left++] = trial;
                else _right[right++] = trial;
            }
            _right.AsSpan(0, right).CopyTo(order.AsSpan(left));
            middle = left;
        }
        return middle;
    }

    private readonly record struct Split(int Feature, double Threshold, double Gain)
    {
        public bool IsBeatenBy(double gain) => gain > Gain + (Rounding * Math.Abs(Gain));
    }
}
