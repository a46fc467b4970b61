namespace HyperTune.Importance.Forests;

/// <summary>A binary tree whose leaves hold mean losses. The root is node 0.</summary>
internal sealed class RegressionTree(TreeNode[] nodes)
{
    public ReadOnlySpan<TreeNode> Nodes => nodes;

    /// <summary>Writes by how much the splits of each feature lower the sum of squares.</summary>
    /// <returns>The sum over all features.</returns>
    public double Decreases(Span<double> decreases)
    {
        decreases.Clear();
        double all = 0;
        foreach (ref readonly TreeNode node in nodes.AsSpan())
        {
            if (node.Feature < 0) continue;
            decreases[node.Feature] += node.Decrease;
            all += node.Decrease;
        }
        return all;
    }
}
