using System.Text;

namespace HyperTune;

/// <summary>A range of doubles, closed at both ends: continuous, logarithmic or on a grid.</summary>
/// <remarks>The name is the stored one; the values are <see cref="double"/>s.</remarks>
public sealed class FloatDistribution : Distribution
{
    internal const string UniformName = "UniformDistribution";
    internal const string LogUniformName = "LogUniformDistribution";
    internal const string DiscreteUniformName = "DiscreteUniformDistribution";

    // How far a value may be off the grid, in steps: grid values are sums in binary and carry rounding.
    private const double GridTolerance = 1e-8;

    private readonly long? _gridSize;

    /// <summary>Makes a range of doubles.</summary>
    /// <param name="low">The smallest value; finite, above 0 on a logarithmic scale.</param>
    /// <param name="high">The largest value; finite, at least <paramref name="low"/>. With a step it is lowered to the last value of the grid.</param>
    /// <param name="log">Whether values spread evenly over the logarithm. Not together with a step.</param>
    /// <param name="step">The distance of neighbouring values, finite and above 0, counted from <paramref name="low"/>; null for a continuous range.</param>
    /// <exception cref="ArgumentException">One of these rules is broken.</exception>
    public FloatDistribution(double low, double high, bool log = false, double? step = null)
        : this(low, high, log, step, null, null)
    {
        DistributionRules.Finite(low, high, step, null);
    }

    private FloatDistribution(double low, double high, bool log, double? step, string? parameter, string? legacyName)
        : base(legacyName)
    {
        DistributionRules.Check(low, high, log, step, parameter);
        Low = low;
        Log = log;
        Step = step;
        High = high;
        if (low == high) _gridSize = 1;
        else if (step is { } distance && double.IsFinite(low) && double.IsFinite(high) && double.IsFinite(distance))
            High = DecimalGrid.Last(low, high, distance, out _gridSize);
    }

    /// <summary>The smallest value.</summary>
    public double Low { get; }

    /// <summary>The largest value; with a step, the last one of the grid.</summary>
    public double High { get; }

    /// <summary>Whether values spread evenly over the logarithm.</summary>
    public bool Log { get; }

    /// <summary>The distance of neighbouring values; null for a continuous range.</summary>
    public double? Step { get; }

    /// <inheritdoc/>
    public override bool IsSingle => Low == High;

    /// <inheritdoc/>
    public override long? GridSize => _gridSize;

    /// <inheritdoc/>
    public override bool Contains(double internalValue)
    {
        if (!(internalValue >= Low && internalValue <= High)) return false;
        if (Step is not { } step) return true;
        double place = (internalValue - Low) / step;
        return Math.Abs(place - Math.Round(place)) < GridTolerance;
    }

    /// <inheritdoc/>
    public override object ToExternal(double internalValue) => internalValue;

    /// <inheritdoc/>
    public override double ToInternal(object? external)
    {
        if (external is not double value && !DistributionRules.TryNumber(external, out value))
        {
            throw new ArgumentException(
                $"The value {Guard.Show(external)} is no number, but the distribution {this} holds doubles. Give a number.", nameof(external));
        }
        if (double.IsNaN(value))
            throw new ArgumentException($"The value is NaN, which the distribution {this} cannot hold. Give a number.", nameof(external));
        return value;
    }

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Low, High, Log, Step, LegacyName);

    /// <summary>The range in words.</summary>
    /// <returns>A text such as <c>float [0.001, 0.1] log</c>.</returns>
    public override string ToString() =>
        $"float [{Guard.Show(Low)}, {Guard.Show(High)}]{(Log ? " log" : "")}{(Step is { } step ? $" step {Guard.Show(step)}" : "")}";

    /// <summary>As the constructor, with messages that name the parameter.</summary>
    internal static FloatDistribution For(string parameter, double low, double high, bool log = false, double? step = null)
    {
        DistributionRules.Finite(low, high, step, parameter);
        return new(low, high, log, step, parameter, null);
    }

    /// <summary>As the constructor, for stored ranges: the bounds may be infinite.</summary>
    internal static FloatDistribution Stored(double low, double high, bool log, double? step, string? legacyName = null) =>
        new(low, high, log, step, null, legacyName);

    /// <summary>The very value of the grid that an internal value, as it was stored, may miss by a rounding; other values as they are.</summary>
    internal double OnGrid(double internalValue) =>
        Step is { } step && Contains(internalValue) ? GridValueCore((long)Math.Round((internalValue - Low) / step)) : internalValue;

    private protected override double GridValueCore(long index) => Step is { } step ? Math.Min(Low + index * step, High) : Low;

    private protected override bool IsCompatibleCore(Distribution other) => Log == ((FloatDistribution)other).Log;

    private protected override bool EqualsCore(Distribution other)
    {
        var that = (FloatDistribution)other;
        return Low.Equals(that.Low) && High.Equals(that.High) && Log == that.Log && Nullable.Equals(Step, that.Step);
    }

    private protected override void WriteJson(StringBuilder builder)
    {
        builder.Append("{\"name\": \"").Append(LegacyName ?? nameof(FloatDistribution)).Append("\", \"attributes\": {");
        if (LegacyName is null)
        {
            builder.Append("\"step\": ");
            if (Step is { } step) PythonJson.Append(builder, step);
            else builder.Append("null");
            builder.Append(", ");
        }
        builder.Append("\"low\": ");
        PythonJson.Append(builder, Low);
        builder.Append(", \"high\": ");
        PythonJson.Append(builder, High);
        if (LegacyName is null)
        {
            builder.Append(", \"log\": ");
            PythonJson.Append(builder, Log);
        }
        else if (Step is { } q)
        {
            builder.Append(", \"q\": ");
            PythonJson.Append(builder, q);
        }
        builder.Append("}}");
    }
}
