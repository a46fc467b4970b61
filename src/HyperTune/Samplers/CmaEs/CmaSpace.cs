using HyperTune.Spaces;

namespace HyperTune.Samplers.CmaEs;

/// <summary>A search space as CMA-ES sees it: numeric parameters as coordinates of a unit box, and categorical ones by their choices.</summary>
/// <remarks>
/// Grids of whole numbers and steps become grids of the box, kept in motion by a margin. Logarithmic whole numbers, and grids without a margin,
/// become continuous: each value has an interval of its own.
/// </remarks>
internal sealed class CmaSpace
{
    // With more values a grid is as good as continuous.
    private const long LargestGrid = 1000;

    private readonly ParameterSchema _schema;
    private readonly Coordinate[] _coordinates;
    private readonly int[] _categorical;

    public CmaSpace(SearchSpace space, bool hasMargin)
    {
        Space = space;
        _schema = ParameterSchema.Empty;
        var coordinates = new List<Coordinate>();
        var categorical = new List<int>();
        for (int i = 0; i < space.Count; i++)
        {
            _schema = _schema.Append(space[i].Name, space[i].Distribution);
            if (space[i].Distribution is CategoricalDistribution) categorical.Add(i);
            else coordinates.Add(Coordinate.Of(i, space[i].Distribution, hasMargin));
        }
        _coordinates = [.. coordinates];
        _categorical = [.. categorical];
        Choices = [.. _categorical.Select(i => ((CategoricalDistribution)space[i].Distribution).Choices.Count)];
        IsDiscrete = Array.Exists(_coordinates, coordinate => coordinate.Step > 0);
    }

    public SearchSpace Space { get; }

    /// <summary>The number of coordinates.</summary>
    public int Dimension => _coordinates.Length;

    /// <summary>How many choices each categorical parameter has.</summary>
    public int[] Choices { get; }

    /// <summary>Whether some coordinate has a margin.</summary>
    public bool IsDiscrete { get; }

    public string NameOf(int coordinate) => Space[_coordinates[coordinate].Parameter].Name;

    /// <summary>The grids of the coordinates.</summary>
    public MarginGrid Grid(double margin) =>
        new(new double[Dimension], Array.ConvertAll(_coordinates, coordinate => coordinate.Step), Array.ConvertAll(_coordinates, coordinate => (int)coordinate.Count), margin);

    /// <summary>Whether a trial has a value for each parameter, inside the space.</summary>
    public bool Holds(ParameterSet parameters)
    {
        for (int i = 0; i < Space.Count; i++)
        {
            if (!parameters.TryGetValue(Space[i].Name, out double value) || !Space[i].Distribution.Contains(value)) return false;
        }
        return true;
    }

    /// <summary>Where a trial lies in the unit box.</summary>
    public void ToCoordinates(ParameterSet parameters, Span<double> coordinates)
    {
        for (int i = 0; i < coordinates.Length; i++) coordinates[i] = ToCoordinate(i, parameters);
    }

    /// <summary>One coordinate of a trial.</summary>
    public double ToCoordinate(int coordinate, ParameterSet parameters)
    {
        _ = parameters.TryGetValue(NameOf(coordinate), out double value);
        return _coordinates[coordinate].FromValue(value);
    }

    /// <summary>One coordinate of a parameter's value.</summary>
    public double ToCoordinate(int coordinate, double value) => _coordinates[coordinate].FromValue(value);

    /// <summary>The categorical choices of a trial.</summary>
    public void ToChoices(ParameterSet parameters, Span<int> choices)
    {
        for (int i = 0; i < choices.Length; i++)
        {
            _ = parameters.TryGetValue(Space[_categorical[i]].Name, out double value);
            choices[i] = (int)value;
        }
    }

    /// <summary>The parameters of a point; coordinates with a step lie on their grid.</summary>
    public ParameterSet ToParameters(ReadOnlySpan<double> coordinates, ReadOnlySpan<int> choices)
    {
        var values = new double[Space.Count];
        for (int i = 0; i < coordinates.Length; i++) values[_coordinates[i].Parameter] = _coordinates[i].ToValue(coordinates[i]);
        for (int i = 0; i < choices.Length; i++) values[_categorical[i]] = choices[i];
        return new ParameterSet(_schema, values);
    }

    /// <summary>One numeric parameter.</summary>
    /// <param name="Parameter">Its place in the space.</param>
    /// <param name="Distribution">Its range.</param>
    /// <param name="Low">The low end of the box in the parameter's scale.</param>
    /// <param name="High">The high end.</param>
    /// <param name="IsLog">Whether the scale is logarithmic.</param>
    /// <param name="Count">The values of a grid; 0 when continuous.</param>
    /// <param name="Step">Between grid values in the box; 0 without a margin.</param>
    private readonly record struct Coordinate(int Parameter, Distribution Distribution, double Low, double High, bool IsLog, long Count, double Step)
    {
        public static Coordinate Of(int parameter, Distribution distribution, bool hasMargin)
        {
            if (distribution is FloatDistribution { Step: null } range)
                return new(parameter, range, range.Log ? Math.Log(range.Low) : range.Low, range.Log ? Math.Log(range.High) : range.High, range.Log, 0, 0);
            if (distribution is IntDistribution { Log: true } whole) return new(parameter, whole, Math.Log(whole.Low - 0.5), Math.Log(whole.High + 0.5), true, 0, 0);
            long count = distribution.GridSize!.Value;
            return hasMargin && count <= LargestGrid
                ? new(parameter, distribution, 0, count - 1, false, count, 1.0 / (count - 1))
                : new(parameter, distribution, -0.5, count - 0.5, false, count, 0);
        }

        public double FromValue(double value)
        {
            double scaled = Count == 0 ? (IsLog ? Math.Log(value) : value)
                : Distribution is IntDistribution whole ? (value - whole.Low) / whole.Step
                : Math.Round((value - ((FloatDistribution)Distribution).Low) / ((FloatDistribution)Distribution).Step!.Value);
            double width = High - Low;
            // The logarithms of neighbours may be equal.
            if (width == 0) return 0.5;
            return double.IsFinite(width) ? (scaled - Low) / width : scaled / 2 / (High / 2 - Low / 2) - Low / 2 / (High / 2 - Low / 2);
        }

        public double ToValue(double coordinate)
        {
            double scaled = RandomDraw.Between(Low, High, coordinate);
            if (Count > 0) return Distribution.GridValue((long)Math.Clamp(Math.Round(scaled), 0, Count - 1));
            if (Distribution is IntDistribution whole) return Math.Clamp(Math.Round(Math.Exp(scaled)), whole.Low, whole.High);
            var range = (FloatDistribution)Distribution;
            return Math.Clamp(IsLog ? Math.Exp(scaled) : scaled, range.Low, Math.BitDecrement(range.High));
        }
    }
}
