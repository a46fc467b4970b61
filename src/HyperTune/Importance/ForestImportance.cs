using HyperTune.Importance.Forests;

namespace HyperTune;

/// <summary>Importance that is read off a random forest fitted to the trials: <see cref="FanovaImportance"/> or <see cref="MeanDecreaseImpurityImportance"/>.</summary>
public abstract record ForestImportance : ImportanceEvaluator
{
    // Trees are walked by recursion.
    private const int DeepestTree = 1_000;

    private protected ForestImportance()
    {
    }

    /// <summary>The number of trees. 1 or more; 64 by default. The cost grows with it, and the difference between seeds falls.</summary>
    public int Trees { get; init => field = Guard.AtLeast(value, 1); } = 64;

    /// <summary>The most splits one after another. From 1 to 1000; 64 by default.</summary>
    public int MaxDepth { get; init => field = Guard.InRange(value, 1, DeepestTree); } = 64;

    /// <summary>The fewest distinct trials in a leaf. 1 or more; 1 by default. More of them smooth a noisy objective.</summary>
    public int MinLeafTrials { get; init => field = Guard.AtLeast(value, 1); } = 1;

    /// <summary>The seed of the forest; 0 by default, so that the same trials always give the same numbers.</summary>
    public ulong Seed { get; init; }

    internal sealed override bool TakesSeveralObjectives => false;

    internal sealed override bool NeedsEveryValue => true;

    internal IEnumerable<RegressionTree> Grow(ForestFeature[] features, double[] losses) => RandomForest.Grow(features, losses, Trees, MaxDepth, MinLeafTrials, Seed);
}
