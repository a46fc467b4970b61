using HyperTune.Importance;

namespace HyperTune;

/// <summary>A way to measure how much each parameter matters: <see cref="PedAnovaImportance"/>, <see cref="FanovaImportance"/> or <see cref="MeanDecreaseImpurityImportance"/>.</summary>
/// <remarks>Immutable, and safe for concurrent use.</remarks>
public abstract record ImportanceEvaluator
{
    private protected ImportanceEvaluator()
    {
    }

    /// <summary>Whether it explains several objectives at once.</summary>
    internal abstract bool TakesSeveralObjectives { get; }

    /// <summary>Whether each trial needs a value of each parameter.</summary>
    internal abstract bool NeedsEveryValue { get; }

    /// <summary>The importance of each column, 0 or more, not scaled.</summary>
    internal abstract double[] Evaluate(ImportanceTable table);
}
