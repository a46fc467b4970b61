using System.Text;

namespace HyperTune;

/// <summary>A range of whole numbers, closed at both ends: even, logarithmic or on a coarser grid.</summary>
public sealed class IntDistribution : Distribution
{
    internal const string UniformName = "IntUniformDistribution";
    internal const string LogUniformName = "IntLogUniformDistribution";

    /// <summary>Makes a range of whole numbers.</summary>
    /// <param name="low">The smallest value; within ±2^53, at least 1 on a logarithmic scale.</param>
    /// <param name="high">The largest value; within ±2^53, at least <paramref name="low"/>. It is lowered to the last value of the grid.</param>
    /// <param name="log">Whether values spread evenly over the logarithm. Only with a step of 1.</param>
    /// <param name="step">The distance of neighbouring values, at least 1, counted from <paramref name="low"/>.</param>
    /// <exception cref="ArgumentException">One of these rules is broken.</exception>
    public IntDistribution(long low, long high, bool log = false, long step = 1)
        : this(low, high, log, step, null, null)
    {
        DistributionRules.Exact(low, high, step, null);
    }

    private IntDistribution(long low, long high, bool log, long step, string? parameter, string? legacyName)
        : base(legacyName)
    {
        DistributionRules.Check(low, high, log, step, parameter);
        Low = low;
        Log = log;
        Step = step;
        // The range of two longs can take 65 bits.
        Int128 steps = ((Int128)high - low) / step;
        High = (long)(low + steps * step);
        GridSize = steps < long.MaxValue ? (long)steps + 1 : null;
    }

    /// <summary>The smallest value.</summary>
    public long Low { get; }

    /// <summary>The largest value, the last one of the grid.</summary>
    public long High { get; }

    /// <summary>Whether values spread evenly over the logarithm.</summary>
    public bool Log { get; }

    /// <summary>The distance of neighbouring values, at least 1.</summary>
    public long Step { get; }

    /// <inheritdoc/>
    public override bool IsSingle => Low == High;

    /// <inheritdoc/>
    public override long? GridSize { get; }

    /// <inheritdoc/>
    public override bool Contains(double internalValue)
    {
        // As doubles first: a cast of a value beyond 64 bits would be cut to the largest long.
        if (!(internalValue >= Low && internalValue <= High) || internalValue != Math.Truncate(internalValue)) return false;
        return ((Int128)internalValue - Low) % Step == 0;
    }

    /// <inheritdoc/>
    public override object ToExternal(double internalValue) => double.IsNaN(internalValue)
        ? throw new ArgumentException($"The internal value is NaN, but the distribution {this} holds whole numbers. Give a number.", nameof(internalValue))
        : (long)internalValue;

    /// <inheritdoc/>
    public override double ToInternal(object? external)
    {
        if (!DistributionRules.TryNumber(external, out double value) || value != Math.Truncate(value) || double.IsInfinity(value))
        {
            throw new ArgumentException(
                $"The value {Guard.Show(external)} is no whole number, but the distribution {this} holds whole numbers. Give one.", nameof(external));
        }
        return value;
    }

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Low, High, Log, Step, LegacyName);

    /// <summary>The range in words.</summary>
    /// <returns>A text such as <c>int [0, 9] step 3</c>.</returns>
    public override string ToString() =>
        $"int [{Guard.Show(Low)}, {Guard.Show(High)}]{(Log ? " log" : "")}{(Step != 1 ? $" step {Guard.Show(Step)}" : "")}";

    /// <summary>As the constructor, with messages that name the parameter.</summary>
    internal static IntDistribution For(string parameter, long low, long high, bool log = false, long step = 1)
    {
        DistributionRules.Exact(low, high, step, parameter);
        return new(low, high, log, step, parameter, null);
    }

    /// <summary>As the constructor, for stored ranges: the bounds may lie beyond ±2^53.</summary>
    internal static IntDistribution Stored(long low, long high, bool log, long step, string? legacyName = null) =>
        new(low, high, log, step, null, legacyName);

    private protected override double GridValueCore(long index) => (double)(Low + (Int128)index * Step);

    private protected override bool IsCompatibleCore(Distribution other) => Log == ((IntDistribution)other).Log;

    private protected override bool EqualsCore(Distribution other)
    {
        var that = (IntDistribution)other;
        return Low == that.Low && High == that.High && Log == that.Log && Step == that.Step;
    }

    private protected override void WriteJson(StringBuilder builder)
    {
        builder.Append("{\"name\": \"").Append(LegacyName ?? nameof(IntDistribution)).Append("\", \"attributes\": {");
        if (LegacyName is null)
        {
            builder.Append("\"log\": ");
            PythonJson.Append(builder, Log);
            builder.Append(", ");
        }
        builder.Append("\"step\": ");
        PythonJson.Append(builder, Step);
        builder.Append(", \"low\": ");
        PythonJson.Append(builder, Low);
        builder.Append(", \"high\": ");
        PythonJson.Append(builder, High);
        builder.Append("}}");
    }
}
