namespace HyperTune;

/// <summary>The rules of distributions, with messages that can name the parameter.</summary>
internal static class DistributionRules
{
    internal static void Check(double low, double high, bool log, double? step, string? parameter)
    {
        if (!(low <= high)) throw Reversed(low, high, parameter);
        if (step is { } distance)
        {
            if (!(distance > 0)) throw BadStep(distance, "above 0", parameter);
            if (log)
            {
                throw new ArgumentException(
                    $"The logarithmic distribution{Of(parameter)} has the step {Guard.Show(distance)}, but a logarithmic range of doubles takes none. Leave out log or the step.",
                    nameof(step));
            }
        }
        if (log && !(low > 0)) throw BadLog(low, "above 0", parameter);
    }

    internal static void Check(long low, long high, bool log, long step, string? parameter)
    {
        if (low > high) throw Reversed(low, high, parameter);
        if (step < 1) throw BadStep(step, "at least 1", parameter);
        if (!log) return;
        if (step != 1)
        {
            throw new ArgumentException(
                $"The logarithmic distribution{Of(parameter)} has the step {Guard.Show(step)}, but a logarithmic range of whole numbers takes only 1. Leave out log or the step.",
                nameof(step));
        }
        if (low < 1) throw BadLog(low, "of 1 or more", parameter);
    }

    /// <summary>Refuses what is stored by nobody on purpose: bounds and steps that are not finite.</summary>
    internal static void Finite(double low, double high, double? step, string? parameter)
    {
        Finite(low, "low bound", nameof(low), parameter);
        Finite(high, "high bound", nameof(high), parameter);
        if (step is { } distance) Finite(distance, "step", nameof(step), parameter);
    }

    /// <summary>Refuses whole numbers that the stored form, a double, would round.</summary>
    internal static void Exact(long low, long high, long step, string? parameter)
    {
        Exact(low, "low bound", nameof(low), parameter);
        Exact(high, "high bound", nameof(high), parameter);
        Exact(step, "step", nameof(step), parameter);
    }

    internal static void NotEmpty(AttributeValue[] choices, string? parameter)
    {
        if (choices.Length == 0)
            throw new ArgumentException($"The choices{Of(parameter)} are empty, but there must be at least one. Add one.", nameof(choices));
    }

    internal static AttributeValue[] Choices(IEnumerable<object?> choices, string? parameter)
    {
        if (choices is null) throw new ArgumentNullException(nameof(choices), $"The choices{Of(parameter)} are null, but there must be at least one. Give a list.");
        object?[] given = [.. choices];
        var values = new AttributeValue[given.Length];
        var places = new Dictionary<AttributeValue, int>(given.Length, StoredEquality.Instance);
        for (int i = 0; i < given.Length; i++)
        {
            if (!AttributeValue.TryFrom(given[i], out var value)
                || value.Kind is AttributeKind.Array or AttributeKind.Object || (value.Kind == AttributeKind.Integer && !value.TryGetInt64(out _)))
            {
                throw new ArgumentException(
                    $"Choice {Guard.Show(i)}{Of(parameter)} is {Guard.Show(given[i])} of type {given[i]!.GetType().Name}, but choices are null, bools, whole numbers of 64 bits, doubles and texts. Choose a text that stands for it.",
                    nameof(choices));
            }
            if (!places.TryAdd(value, i))
            {
                int first = places[value];
                throw new ArgumentException(
                    $"The choices {Guard.Show(first)} and {Guard.Show(i)}{Of(parameter)} are {values[first]} and {value}, which a storage cannot tell apart (true, 1 and 1.0 are equal there). Remove one.",
                    nameof(choices));
            }
            values[i] = value;
        }
        NotEmpty(values, parameter);
        return values;
    }

    /// <summary>Reads a number of any built-in kind, or the one in an attribute; a bool is none.</summary>
    internal static bool TryNumber(object? external, out double number)
    {
        number = 0;
        return AttributeValue.TryFrom(external, out var value) && value.TryGetDouble(out number);
    }

    private static void Finite(double value, string what, string argument, string? parameter)
    {
        if (!double.IsFinite(value))
            throw new ArgumentException($"The {what}{Of(parameter)} is {Guard.Show(value)}, but must be finite. Give a number.", argument);
    }

    private static void Exact(long value, string what, string argument, string? parameter)
    {
        if (value is < -Guard.LargestExactInteger or > Guard.LargestExactInteger)
        {
            throw new ArgumentException(
                $"The {what}{Of(parameter)} is {Guard.Show(value)}, but whole numbers are stored as doubles, which are exact only within ±2^53. Use a smaller range, or texts as choices.",
                argument);
        }
    }

    private static ArgumentException Reversed(object low, object high, string? parameter) => new(
        $"The low bound{Of(parameter)} is {Guard.Show(low)} and the high bound is {Guard.Show(high)}, but low must not be above high. Exchange them or widen the range.",
        nameof(low));

    private static ArgumentException BadStep(object step, string rule, string? parameter) =>
        new($"The step{Of(parameter)} is {Guard.Show(step)}, but must be {rule}. Give the distance of neighbouring values.", nameof(step));

    private static ArgumentException BadLog(object low, string rule, string? parameter) => new(
        $"The low bound{Of(parameter)} is {Guard.Show(low)}, but a logarithmic distribution needs one {rule}. Raise the bound or use a linear scale.",
        nameof(low));

    private static string Of(string? parameter) => parameter is null ? "" : $" of '{parameter}'";
}
