using HyperTune.Samplers.Gp.Acquisitions;
using HyperTune.Spaces;

namespace HyperTune.Samplers.Gp;

/// <summary>The parameters that are modelled jointly, as dimensions: numbers from 0 to 1 on their scale, choices as their index.</summary>
internal sealed class GpSpace
{
    // Of more values a grid is searched as if it were continuous, and the result rounded.
    private const long MostLevels = 256;

    private static readonly SearchSpaceTransformOptions ToUnit = new() { ScalesToUnit = true };

    private readonly SearchSpaceTransform?[] _numbers;

    // Of numbers on a grid, the internal value of each level.
    private readonly double[]?[] _values;

    /// <param name="space">Parameters without conditions, each with more than one value and finite bounds.</param>
    /// <param name="allowedOf">Gives the internal values that a parameter is restricted to, ascending; null for all. Left out: nothing is restricted.</param>
    public GpSpace(SearchSpace space, Func<string, double[]?>? allowedOf = null)
    {
        Space = space;
        _numbers = new SearchSpaceTransform?[space.Count];
        _values = new double[]?[space.Count];
        Dimensions = new GpDimension[space.Count];
        for (int j = 0; j < space.Count; j++)
        {
            Distribution distribution = space[j].Distribution;
            double[]? allowed = allowedOf?.Invoke(space[j].Name);
            if (distribution is CategoricalDistribution choices)
            {
                Dimensions[j] = new(true, allowed ?? [.. Enumerable.Range(0, choices.Choices.Count).Select(index => (double)index)]);
                continue;
            }
            _numbers[j] = new SearchSpaceTransform(SearchSpace.Create([space[j]]), ToUnit);
            if (allowed is null && distribution.GridSize is { } size and <= MostLevels) allowed = [.. Enumerable.Range(0, (int)size).Select(index => distribution.GridValue(index))];
            _values[j] = allowed;
            Dimensions[j] = allowed is null ? GpDimension.Continuous : new(false, Array.ConvertAll(allowed, value => Encode(j, value)));
        }
    }

    /// <summary>The parameters.</summary>
    public SearchSpace Space { get; }

    /// <summary>The dimensions, in their order.</summary>
    public GpDimension[] Dimensions { get; }

    /// <summary>The number of points; null where numbers move freely.</summary>
    public double? Size => Array.TrueForAll(Dimensions, dimension => dimension.Levels is not null) ? Dimensions.Aggregate(1.0, (size, dimension) => size * dimension.Levels!.Length) : null;

    /// <summary>Which dimensions are choices.</summary>
    public bool[] IsCategorical => Array.ConvertAll(Dimensions, dimension => dimension.IsCategorical);

    /// <summary>The parameters of a space that can be modelled: without conditions, with several values, and with finite bounds.</summary>
    public static SearchSpace Modelled(SearchSpace space)
    {
        SearchSpace several = space.WithoutSingle();
        return several.All(IsModelled) ? several : SearchSpace.Create(several.Where(IsModelled));

        static bool IsModelled(SearchSpaceParameter parameter) =>
            parameter.Condition is null && (parameter.Distribution is not FloatDistribution range || (double.IsFinite(range.Low) && double.IsFinite(range.High)));
    }

    /// <summary>The place of an internal value along a dimension.</summary>
    public double Encode(int dimension, double internalValue)
    {
        if (_numbers[dimension] is not { } transform) return internalValue;
        double unit = 0;
        transform.Transform([internalValue], new Span<double>(ref unit));
        // A range at the end of what a double can hold may have no width.
        return double.IsNaN(unit) ? 0.5 : Math.Clamp(unit, 0, 1);
    }

    /// <summary>The internal value at a place along a dimension.</summary>
    public double Decode(int dimension, double place)
    {
        if (_numbers[dimension] is not { } transform) return place;
        if (_values[dimension] is { } values) return values[Dimensions[dimension].IndexOf(place)];
        double value = 0;
        transform.Untransform([place], new Span<double>(ref value));
        return value;
    }

    /// <summary>Whether a value of another distribution means the same here.</summary>
    public bool Takes(int dimension, Distribution distribution, double internalValue)
    {
        Distribution own = Space[dimension].Distribution;
        if (ReferenceEquals(own, distribution) || own.Equals(distribution)) return true;
        return own is not CategoricalDistribution && distribution is not CategoricalDistribution && own.Contains(internalValue);
    }

    /// <summary>The place along a dimension of a parameter that is given; null if it is not.</summary>
    public double? Given(int dimension, ParameterSet given)
    {
        int index = given.IndexOf(Space[dimension].Name);
        return index >= 0 && Takes(dimension, given[index].Distribution, given[index].Value) ? Encode(dimension, given[index].Value) : null;
    }

    /// <summary>The squared distance of two points; choices that differ are as far apart as the ends of a range.</summary>
    public double SquaredDistance(ReadOnlySpan<double> x, ReadOnlySpan<double> other)
    {
        double sum = 0;
        for (int j = 0; j < Dimensions.Length; j++)
        {
            double difference = x[j] - other[j];
            sum += Dimensions[j].IsCategorical ? (difference == 0 ? 0 : 1) : difference * difference;
        }
        return sum;
    }

    /// <summary>The point of some parameters; null when one is missing.</summary>
    public double[]? PointOf(ParameterSet parameters)
    {
        var point = new double[Space.Count];
        for (int j = 0; j < point.Length; j++)
        {
            int index = parameters.IndexOf(Space[j].Name);
            if (index < 0 || !Takes(j, parameters[index].Distribution, parameters[index].Value)) return null;
            point[j] = Encode(j, parameters[index].Value);
        }
        return point;
    }
}
