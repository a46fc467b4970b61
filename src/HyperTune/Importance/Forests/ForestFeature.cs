namespace HyperTune.Importance.Forests;

/// <summary>One parameter as a forest sees it: numbers from 0 to 1, or indices of choices.</summary>
internal sealed class ForestFeature
{
    public ForestFeature(int column, double[] values, int choices)
    {
        Column = column;
        Values = values;
        Choices = choices;
    }

    /// <summary>The index of the parameter's column in the table.</summary>
    public int Column { get; }

    /// <summary>One for each trial.</summary>
    public double[] Values { get; }

    /// <summary>The number of choices; 0 for numbers.</summary>
    public int Choices { get; }

    /// <summary>The columns that have more than one value, each of which every trial has.</summary>
    /// <param name="table">The trials.</param>
    /// <param name="isScaleAware">Whether numbers spread as their distributions say, or evenly between the bounds.</param>
    public static ForestFeature[] Of(ImportanceTable table, bool isScaleAware)
    {
        var features = new List<ForestFeature>(table.Columns.Length);
        for (int i = 0; i < table.Columns.Length; i++)
        {
            ImportanceColumn column = table.Columns[i];
            if (column.Distributions[0] is CategoricalDistribution choices)
            {
                if (!choices.IsSingle) features.Add(new(i, column.Values, choices.Choices.Count));
                continue;
            }
            (double low, double high) = Hull(column);
            if (low < high) features.Add(new(i, Scaled(column, low, high, isScaleAware), 0));
        }
        return [.. features];
    }

    /// <summary>The smallest range that holds all that the parameter ever had.</summary>
    private static (double Low, double High) Hull(ImportanceColumn column)
    {
        double low = double.PositiveInfinity, high = double.NegativeInfinity;
        for (int i = 0; i < column.Distributions.Count; i++)
        {
            (double first, double last) = column.RangeOf(i);
            low = Math.Min(low, first);
            high = Math.Max(high, last);
        }
        return (low, high);
    }

    private static double[] Scaled(ImportanceColumn column, double low, double high, bool isScaleAware)
    {
        (bool isLog, double step) = column.Distributions[^1] switch
        {
            FloatDistribution d => (d.Log, d.Step ?? 0),
            IntDistribution d => (d.Log, d.Step),
            _ => (false, 0),
        };
        isLog &= isScaleAware;
        // Half a step more at both ends gives the outermost values of a grid as much room as the others.
        double margin = isScaleAware ? 0.5 * step : 0;
        double first = Place(low - margin), range = Place(high + margin) - first;
        return Array.ConvertAll(column.Values, value => Math.Clamp((Place(value) - first) / range, 0, 1));

        // Halved, since the difference of two doubles may not be one.
        double Place(double value) => 0.5 * (isLog ? Math.Log(value) : value);
    }
}
