using HyperTune.Importance;
using HyperTune.Importance.Forests;

namespace HyperTune;

/// <summary>Importance by mean decrease of impurity: how much of the variance of the trials the splits of a random forest along a parameter take away.</summary>
/// <remarks>
/// <para>Choose it as a second opinion on where the trials are, since it weighs each trial alike, and not each part of the space as <see cref="FanovaImportance"/> does. Main effects
/// and interactions are not told apart, and parameters with many values get some importance even where they do nothing.</para>
/// <para>Source: L. Breiman, "Random Forests", 2001, and L. Breiman et al., "Classification and Regression Trees", 1984.</para>
/// </remarks>
public sealed record MeanDecreaseImpurityImportance : ForestImportance
{
    internal override double[] Evaluate(ImportanceTable table)
    {
        var sums = new double[table.Columns.Length];
        // Splits are the same on any scale.
        ForestFeature[] features = ForestFeature.Of(table, isScaleAware: false);
        if (features.Length == 0) return sums;
        var decreases = new double[features.Length];
        int trees = 0;
        foreach (RegressionTree tree in Grow(features, table.Losses))
        {
            double all = tree.Decreases(decreases);
            if (!(all > 0)) continue;
            trees++;
            for (int i = 0; i < features.Length; i++) sums[features[i].Column] += decreases[i] / all;
        }
        if (trees == 0) throw RandomForest.NoVariance();
        for (int i = 0; i < sums.Length; i++) sums[i] /= trees;
        return sums;
    }
}
