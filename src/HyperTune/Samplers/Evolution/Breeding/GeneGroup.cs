using HyperTune.Spaces;

namespace HyperTune.Samplers.Evolution.Breeding;

/// <summary>Parameters that are active together, thus inherited together: the unconditional ones, or those of one condition.</summary>
internal sealed class GeneGroup
{
    private static readonly SearchSpaceTransformOptions UnitScale = new() { ScalesToUnit = true };

    public GeneGroup(SearchSpace space, IReadOnlyList<int> positions)
    {
        Positions = [.. positions];
        Names = [.. positions.Select(position => space[position].Name)];
        Distributions = [.. positions.Select(position => space[position].Distribution)];
        Numeric = [.. Enumerable.Range(0, Positions.Length).Where(i => Distributions[i] is not CategoricalDistribution)];
        Transform = new SearchSpaceTransform(SearchSpace.Create(Numeric.Select(i => new SearchSpaceParameter(Names[i], Distributions[i]))), UnitScale);
    }

    /// <summary>The places of the parameters in the whole space.</summary>
    public int[] Positions { get; }

    public string[] Names { get; }

    public Distribution[] Distributions { get; }

    /// <summary>Which of the parameters are numeric.</summary>
    public int[] Numeric { get; }

    /// <summary>Scales the numeric parameters to [0, 1].</summary>
    public SearchSpaceTransform Transform { get; }

    public int Count => Positions.Length;
}
