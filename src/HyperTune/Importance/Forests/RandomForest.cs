using HyperTune.Numerics;

namespace HyperTune.Importance.Forests;

/// <summary>Regression trees, each fitted to as many trials as there are, drawn with replacement; every split may use every feature.</summary>
/// <remarks>Source: L. Breiman, "Random Forests", 2001.</remarks>
internal static class RandomForest
{
    /// <summary>Grows trees one by one; each depends on the seed and its place alone.</summary>
    /// <param name="features">At least one.</param>
    /// <param name="losses">One for each trial, finite. Trees see them shifted and scaled.</param>
    /// <param name="trees">How many.</param>
    /// <param name="maxDepth">The most splits one after another; 1 or more.</param>
    /// <param name="minLeafTrials">The fewest distinct trials in a leaf; 1 or more.</param>
    /// <param name="seed">The seed.</param>
    public static IEnumerable<RegressionTree> Grow(ForestFeature[] features, double[] losses, int trees, int maxDepth, int minLeafTrials, ulong seed)
    {
        var grower = new TreeGrower(features, Standardized(losses), maxDepth, minLeafTrials);
        for (int tree = 0; tree < trees; tree++) yield return grower.Grow(RandomStream.Create(seed, tree, "importance"));
    }

    /// <summary>What to say when no tree has split.</summary>
    public static InvalidOperationException NoVariance() =>
        new("No tree of the forest found a difference between values of a parameter: the trials are too few, their parameters are equal, or leaves must hold too many. Run more trials, or lower MinLeafTrials.");

    /// <summary>Losses of mean 0 and standard deviation 1, whatever their magnitude.</summary>
    private static double[] Standardized(double[] losses)
    {
        double largest = 0, mean = 0, squares = 0;
        foreach (double loss in losses) largest = Math.Max(largest, Math.Abs(loss));
        double[] scaled = Array.ConvertAll(losses, loss => loss / largest);
        foreach (double loss in scaled) mean += loss / losses.Length;
        foreach (double loss in scaled) squares += (loss - mean) * (loss - mean);
        double deviation = Math.Sqrt(squares / losses.Length);
        return Array.ConvertAll(scaled, loss => (loss - mean) / deviation);
    }
}
