namespace HyperTune.Numerics;

/// <summary>An infinite list of points that fill the unit cube more evenly than random ones. Any coordinate of any point is found directly.</summary>
/// <remarks>A coordinate does not depend on how many others are looked at. Safe for concurrent use.</remarks>
internal abstract class LowDiscrepancySequence
{
    /// <summary>How many dimensions there are.</summary>
    public abstract int Dimensions { get; }

    /// <summary>A coordinate of a point.</summary>
    /// <param name="dimension">From 0 to <see cref="Dimensions"/> - 1.</param>
    /// <param name="index">The point, from 0.</param>
    /// <returns>A number from 0 to below 1.</returns>
    public abstract double At(int dimension, int index);
}
