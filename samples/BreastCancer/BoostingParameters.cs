namespace HyperTune.Samples.BreastCancer;

/// <summary>What is tuned: how many trees are boosted, how each grows, and how it is kept from overfitting.</summary>
/// <param name="Iterations">Trees in the model.</param>
/// <param name="LearningRate">How much of each tree's correction is taken over.</param>
/// <param name="Leaves">The most leaves a tree may have.</param>
/// <param name="MinimumExamplesPerLeaf">The fewest rows a leaf may stand for.</param>
/// <param name="FeatureFraction">The part of the features each tree sees.</param>
/// <param name="RowFraction">The part of the rows each tree sees. LightGBM only.</param>
/// <param name="L1">The weight of the absolute leaf values in the loss. LightGBM only.</param>
/// <param name="L2">The weight of the squared leaf values in the loss. LightGBM only.</param>
/// <param name="MaximumBins">The most intervals into which the values of a feature are sorted.</param>
internal sealed record BoostingParameters(
    int Iterations,
    double LearningRate,
    int Leaves,
    int MinimumExamplesPerLeaf,
    double FeatureFraction,
    double RowFraction,
    double L1,
    double L2,
    int MaximumBins);
