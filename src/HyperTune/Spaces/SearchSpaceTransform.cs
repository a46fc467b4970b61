namespace HyperTune.Spaces;

/// <summary>Turns points of a search space into numeric vectors and back.</summary>
/// <remarks>
/// <para>
/// A numeric parameter takes one column, a categorical one a column per choice, with 1 at the choice and 0 elsewhere. Going back, the
/// largest of these columns (the first among equals) gives the choice, and numbers are rounded to the grid and cut to the bounds.
/// </para>
/// <para>
/// Three rounding rules apply on the way back, as in Optuna, so that both sides agree on the same vector: doubles with a step are rounded
/// half to even, whole numbers half up, whole numbers on a logarithmic scale half to even after the exponential. A continuous range is
/// half open: its high bound becomes the double just below, unless the range is single-valued. Unlike there, a value below the low bound is cut
/// to it, which the exponential of a logarithm can miss by rounding.
/// </para>
/// <para>Conditions of the space play no part: an absent parameter is NaN, as are all its columns. Safe for concurrent use; no method allocates.</para>
/// </remarks>
public sealed class SearchSpaceTransform
{
    private readonly Parameter[] _parameters;
    private readonly int[] _parameterOfColumn;
    private readonly double[] _lower;
    private readonly double[] _upper;
    private readonly bool _isUnit;

    /// <summary>Prepares a transform.</summary>
    /// <param name="space">The parameters.</param>
    /// <param name="options">How to transform; the defaults if null.</param>
    /// <exception cref="ArgumentException">A range has an infinite bound, which a storage can hold, but no vector can show.</exception>
    public SearchSpaceTransform(SearchSpace space, SearchSpaceTransformOptions? options = null)
    {
        Space = Guard.NotNull(space);
        Options = options ?? new();
        _isUnit = Options.ScalesToUnit;
        _parameters = new Parameter[space.Count];
        int columns = 0;
        for (int i = 0; i < _parameters.Length; i++)
        {
            _parameters[i] = Parameter.Of(space[i], columns, Options);
            columns += _parameters[i].Width;
        }
        _lower = new double[columns];
        _upper = new double[columns];
        _parameterOfColumn = new int[columns];
        for (int i = 0; i < _parameters.Length; i++)
        {
            ref readonly var parameter = ref _parameters[i];
            for (int column = parameter.Column; column < parameter.Column + parameter.Width; column++)
            {
                _parameterOfColumn[column] = i;
                (_lower[column], _upper[column]) = _isUnit ? (0, 1) : (parameter.Lower, parameter.Upper);
            }
        }
    }

    private enum Rule
    {
        Continuous,
        LogContinuous,
        FloatGrid,
        IntGrid,
        LogInt,
        Categorical,
    }

    /// <summary>The space whose points are transformed.</summary>
    public SearchSpace Space { get; }

    /// <summary>How points are transformed.</summary>
    public SearchSpaceTransformOptions Options { get; }

    /// <summary>How many columns a vector has.</summary>
    public int Columns => _lower.Length;

    /// <summary>The lower bound of each column.</summary>
    public ReadOnlySpan<double> LowerBounds => _lower;

    /// <summary>The upper bound of each column.</summary>
    public ReadOnlySpan<double> UpperBounds => _upper;

    /// <summary>The columns of a parameter.</summary>
    /// <param name="parameter">The place of the parameter in the space.</param>
    /// <returns>One column, or one per choice.</returns>
    public Range ColumnsOf(int parameter) => _parameters[parameter].Column..(_parameters[parameter].Column + _parameters[parameter].Width);

    /// <summary>The parameter that a column belongs to.</summary>
    /// <param name="column">The column.</param>
    /// <returns>The place of the parameter in the space.</returns>
    public int ParameterOf(int column) => _parameterOfColumn[column];

    /// <summary>Turns internal values into a vector.</summary>
    /// <param name="internalValues">One internal value per parameter, in the order of the space; NaN if absent.</param>
    /// <param name="vector">Receives <see cref="Columns"/> numbers.</param>
    /// <exception cref="ArgumentException">A span has the wrong length, or an index is none of the choices.</exception>
    public void Transform(ReadOnlySpan<double> internalValues, Span<double> vector)
    {
        CheckLengths(internalValues.Length, vector.Length);
        for (int i = 0; i < _parameters.Length; i++)
        {
            ref readonly var parameter = ref _parameters[i];
            double value = internalValues[i];
            if (parameter.Rule == Rule.Categorical)
            {
                var columns = vector.Slice(parameter.Column, parameter.Width);
                if (double.IsNaN(value))
                {
                    columns.Fill(double.NaN);
                    continue;
                }
                if (!(value >= 0 && value < columns.Length))
                {
                    throw new ArgumentException(
                        $"The index of '{Space[i].Name}' is {Guard.Show(value)}, but there are {Guard.Show(columns.Length)} choices. Give one of 0 to {Guard.Show(columns.Length - 1)}.",
                        nameof(internalValues));
                }
                columns.Clear();
                columns[(int)value] = 1;
                continue;
            }
            if (parameter.IsLog) value = Math.Log(value);
            vector[parameter.Column] = _isUnit ? parameter.ToUnit(value) : value;
        }
    }

    /// <summary>Turns a vector back into internal values.</summary>
    /// <param name="vector"><see cref="Columns"/> numbers, inside the bounds or not.</param>
    /// <param name="internalValues">Receives one value per parameter, inside its distribution; NaN where a column was NaN.</param>
    /// <exception cref="ArgumentException">A span has the wrong length.</exception>
    public void Untransform(ReadOnlySpan<double> vector, Span<double> internalValues)
    {
        CheckLengths(internalValues.Length, vector.Length);
        for (int i = 0; i < _parameters.Length; i++)
        {
            ref readonly var parameter = ref _parameters[i];
            if (parameter.Rule == Rule.Categorical)
            {
                internalValues[i] = IndexOfLargest(vector.Slice(parameter.Column, parameter.Width));
                continue;
            }
            double value = vector[parameter.Column];
            internalValues[i] = parameter.Back(_isUnit ? parameter.FromUnit(value) : value);
        }
    }

    private static double IndexOfLargest(ReadOnlySpan<double> columns)
    {
        int best = 0;
        for (int i = 0; i < columns.Length; i++)
        {
            if (double.IsNaN(columns[i])) return double.NaN;
            if (columns[i] > columns[best]) best = i;
        }
        return best;
    }

    private void CheckLengths(int values, int columns)
    {
        if (values != _parameters.Length)
        {
            throw new ArgumentException(
                $"There are {Guard.Show(values)} internal values, but the space has {Guard.Show(_parameters.Length)} parameters. Give one each.", nameof(values));
        }
        if (columns != _lower.Length)
            throw new ArgumentException($"The vector has {Guard.Show(columns)} numbers, but the space has {Guard.Show(_lower.Length)} columns. Give one each.", nameof(columns));
    }

    private readonly struct Parameter
    {
        private Parameter(int column, int width, Rule rule, bool isLog, double low, double high, double step, double lower, double upper)
        {
            Column = column;
            Width = width;
            Rule = rule;
            IsLog = isLog;
            Low = low;
            High = high;
            Step = step;
            Lower = isLog ? Math.Log(lower) : lower;
            Upper = isLog ? Math.Log(upper) : upper;
        }

        internal int Column { get; }

        internal int Width { get; }

        internal Rule Rule { get; }

        internal bool IsLog { get; }

        internal double Lower { get; }

        internal double Upper { get; }

        private double Low { get; }

        private double High { get; }

        private double Step { get; }

        internal static Parameter Of(SearchSpaceParameter parameter, int column, SearchSpaceTransformOptions options)
        {
            bool isHalf = options.WidensSteps;
            switch (parameter.Distribution)
            {
                case FloatDistribution d when !double.IsFinite(d.Low) || !double.IsFinite(d.High):
                    throw new ArgumentException($"The range of '{parameter.Name}' is {d}, which no vector can show. Leave the parameter out.", nameof(parameter));
                case FloatDistribution d:
                    double half = isHalf && d.Step is { } step ? 0.5 * step : 0;
                    bool isLog = d.Log && options.UsesLog;
                    var rule = d.Step is null ? (isLog ? Rule.LogContinuous : Rule.Continuous) : Rule.FloatGrid;
                    // The high bound itself is never given back, but a single value is.
                    double last = rule == Rule.FloatGrid || d.IsSingle ? d.High : Math.BitDecrement(d.High);
                    return new(column, 1, rule, isLog, d.Low, last, d.Step ?? 0, d.Low - half, d.High + half);
                case IntDistribution d:
                    double halfInt = isHalf ? 0.5 * d.Step : 0;
                    bool isLogInt = d.Log && options.UsesLog;
                    return new(column, 1, isLogInt ? Rule.LogInt : Rule.IntGrid, isLogInt, d.Low, d.High, d.Step, d.Low - halfInt, d.High + halfInt);
                default:
                    return new(column, ((CategoricalDistribution)parameter.Distribution).Choices.Count, Rule.Categorical, false, 0, 0, 0, 0, 1);
            }
        }

        internal double ToUnit(double value)
        {
            if (Lower == Upper) return double.IsNaN(value) ? value : 0.5;
            double range = Upper - Lower;
            return double.IsFinite(range) ? (value - Lower) / range : (0.5 * value - 0.5 * Lower) / (0.5 * Upper - 0.5 * Lower);
        }

        internal double FromUnit(double share) => RandomDraw.Between(Lower, Upper, share);

        internal double Back(double value)
        {
            double raw = Rule switch
            {
                Rule.LogContinuous => Math.Exp(value),
                Rule.FloatGrid => Math.Round((value - Low) / Step) * Step + Low,
                Rule.IntGrid => Math.Floor((value - Low) / Step + 0.5) * Step + Low,
                Rule.LogInt => Math.Round(Math.Exp(value)),
                _ => value,
            };
            // Clamp keeps NaN.
            return Math.Clamp(raw, Low, High);
        }
    }
}
