using HyperTune.Importance;
using HyperTune.Importance.Forests;

namespace HyperTune;

/// <summary>Importance by functional analysis of variance: the share of the objective's variance over the whole search space that a parameter explains alone.</summary>
/// <remarks>
/// <para>A random forest stands in for the objective. Its trees are constant on boxes, so that means over all other parameters, and variances of these
/// means, are sums over boxes; no sampling is involved.</para>
/// <para>Choose it for the whole range of a parameter, good or bad, on one objective, and for interactions (<see cref="ParameterInteractions"/>). Where only
/// the good region matters, or trials lie densely there and nowhere else, <see cref="PedAnovaImportance"/> tells more. What is left to 1, when the importances
/// are not normalized, is the share of interactions.</para>
/// <para>Source: F. Hutter, H. Hoos, K. Leyton-Brown, "An Efficient Approach for Assessing Hyperparameter Importance", 2014; L. Breiman, "Random Forests", 2001.
/// Deviations: a choice is a cell of its own, and not a product of binary columns whose impossible combinations count; and see <see cref="IsScaleAware"/>.</para>
/// </remarks>
public sealed record FanovaImportance : ForestImportance
{
    /// <summary>Whether means and variances are taken over the scale of each parameter: evenly over the logarithm where it is logarithmic, and each step alike. True by default.</summary>
    /// <remarks>False spreads all values evenly between the bounds, as Optuna does: nine tenths of a learning rate from 1e-5 to 1 then lie above 0.1.</remarks>
    public bool IsScaleAware { get; init; } = true;

    internal override double[] Evaluate(ImportanceTable table)
    {
        return Average(table, table.Columns.Length, (partition, features, shares) =>
        {
            for (int i = 0; i < features.Length; i++) shares[features[i].Column] = partition.MarginalVariance(i) / partition.Variance;
        });
    }

    /// <summary>The interaction of each pair of columns (0, 1), (0, 2) … (1, 2) ….</summary>
    internal double[] Interactions(ImportanceTable table)
    {
        int columns = table.Columns.Length;
        return Average(table, columns * (columns - 1) / 2, (partition, features, shares) =>
        {
            double[] alone = [.. features.Select((_, i) => partition.MarginalVariance(i))];
            for (int i = 0; i < features.Length; i++)
            {
                int a = features[i].Column;
                for (int j = i + 1; j < features.Length; j++)
                {
                    double both = partition.MarginalVariance(i, j);
                    shares[(a * ((2 * columns) - a - 1) / 2) + features[j].Column - a - 1] = Math.Max(0, both - alone[i] - alone[j]) / partition.Variance;
                }
            }
        });
    }

    /// <summary>The mean of numbers over all trees that have any variance.</summary>
    private double[] Average(ImportanceTable table, int count, Action<TreePartition, ForestFeature[], double[]> share)
    {
        double[] sums = new double[count], shares = new double[count];
        ForestFeature[] features = ForestFeature.Of(table, IsScaleAware);
        if (features.Length == 0) return sums;
        int trees = 0;
        foreach (RegressionTree tree in Grow(features, table.Losses))
        {
            var partition = new TreePartition(tree, features);
            if (!(partition.Variance > 0)) continue;
            trees++;
            Array.Clear(shares);
            share(partition, features, shares);
            for (int i = 0; i < count; i++) sums[i] += shares[i];
        }
        if (trees == 0) throw RandomForest.NoVariance();
        for (int i = 0; i < count; i++) sums[i] /= trees;
        return sums;
    }
}
