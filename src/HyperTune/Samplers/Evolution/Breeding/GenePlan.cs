namespace HyperTune.Samplers.Evolution.Breeding;

/// <summary>How the parameters of a space are inherited: in groups, parents of a condition before what depends on them. Immutable.</summary>
internal sealed class GenePlan
{
    private readonly ParameterSchema _schema;

    public GenePlan(SearchSpace space)
    {
        Space = space;
        Groups = [.. Enumerable.Range(0, space.Count).GroupBy(i => space[i].Condition).Select(group => new GeneGroup(space, [.. group]))];
        _schema = ParameterSchema.Empty;
        foreach (SearchSpaceParameter parameter in space) _schema = _schema.Append(parameter.Name, parameter.Distribution);
    }

    public SearchSpace Space { get; }

    public GeneGroup[] Groups { get; }

    /// <summary>The parameters whose range a vector can show and that have a choice; the others are drawn on their own.</summary>
    public static SearchSpace Inheritable(SearchSpace space)
    {
        SearchSpace several = space.WithoutSingle();
        if (several.All(parameter => HasGene(parameter.Distribution))) return several;
        // What depends on a parameter left out stays: such a parent is a range of doubles, on which nothing can depend.
        return SearchSpace.Create(several.Where(parameter => HasGene(parameter.Distribution)));
    }

    /// <summary>Whether the distribution has several values and a finite range.</summary>
    public static bool HasGene(Distribution distribution) =>
        !distribution.IsSingle && (distribution is not FloatDistribution range || double.IsFinite(range.High - range.Low));

    /// <summary>The parameters with values, given one for each place of the space; NaN where a parameter is not active.</summary>
    public ParameterSet ToParameters(double[] values)
    {
        if (!Array.Exists(values, double.IsNaN)) return new ParameterSet(_schema, values);
        return ParameterSet.Of(Space.Select((parameter, i) => new Parameter(parameter.Name, parameter.Distribution, values[i])).Where(parameter => !double.IsNaN(parameter.Value)));
    }
}
