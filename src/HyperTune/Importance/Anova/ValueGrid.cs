namespace HyperTune.Importance.Anova;

/// <summary>Divides the values of a distribution into cells: one for each choice, or up to 50 along a range.</summary>
internal readonly struct ValueGrid
{
    // As many cells as Optuna takes.
    private const int MostCells = 50;

    private readonly double _low;
    private readonly double _width;
    private readonly bool _isLog;

    private ValueGrid(int cells, bool isCategorical, double low, double high, bool isLog)
    {
        Cells = cells;
        IsCategorical = isCategorical;
        _isLog = isLog;
        _low = isLog ? Math.Log(low) : low;
        // Halves, since the width of the whole range may not be a double.
        _width = ((0.5 * (isLog ? Math.Log(high) : high)) - (0.5 * _low)) / (cells - 1) * 2;
    }

    public int Cells { get; }

    public bool IsCategorical { get; }

    /// <summary>The cells of a distribution that has more than one value.</summary>
    /// <param name="distribution">The distribution.</param>
    /// <param name="range">Its finite range; not looked at for choices.</param>
    public static ValueGrid Of(Distribution distribution, (double Low, double High) range)
    {
        (double low, double high) = range;
        return distribution switch
        {
            CategoricalDistribution d => new(d.Choices.Count, true, 0, 0, false),
            IntDistribution { Log: true } => new(Limited(Math.Ceiling(Math.Log2(high - low + 1)) + 1), false, low, high, true),
            IntDistribution d => new(Limited(Math.Round((high - low) / d.Step) + 1), false, low, high, false),
            FloatDistribution { Step: { } step } => new(Limited(Math.Round((high - low) / step) + 1), false, low, high, false),
            _ => new(MostCells, false, low, high, ((FloatDistribution)distribution).Log),
        };
    }

    /// <summary>The cell of a value; values beyond the range belong to the outermost ones, those halfway between two cells to the lower.</summary>
    public int CellOf(double value)
    {
        if (IsCategorical) return (int)value;
        double place = ((_isLog ? Math.Log(value) : value) - _low) / _width;
        return (int)Math.Clamp(Math.Ceiling(place - 0.5), 0, Cells - 1);
    }

    private static int Limited(double cells) => (int)Math.Min(MostCells, cells);
}
