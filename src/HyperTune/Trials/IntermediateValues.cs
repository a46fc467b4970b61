using System.Collections;

namespace HyperTune;

/// <summary>The values that a trial reported, by step, in ascending order of steps. Immutable.</summary>
public sealed class IntermediateValues : IReadOnlyDictionary<long, double>
{
    private readonly long[] _steps;
    private readonly double[] _values;

    private IntermediateValues(long[] steps, double[] values)
    {
        _steps = steps;
        _values = values;
    }

    /// <summary>No reports.</summary>
    public static IntermediateValues None { get; } = new([], []);

    /// <inheritdoc/>
    public int Count => _steps.Length;

    /// <summary>The steps, ascending.</summary>
    public ReadOnlySpan<long> Steps => _steps;

    /// <summary>The values, in the order of <see cref="Steps"/>. A report may be NaN or infinite.</summary>
    public ReadOnlySpan<double> Values => _values;

    /// <summary>The highest reported step (not the latest in time), or -1 without reports.</summary>
    public long LastStep => _steps.Length > 0 ? _steps[^1] : -1;

    /// <summary>The value at <see cref="LastStep"/>, or NaN without reports.</summary>
    public double LastValue => _values.Length > 0 ? _values[^1] : double.NaN;

    IEnumerable<long> IReadOnlyDictionary<long, double>.Keys => _steps;

    IEnumerable<double> IReadOnlyDictionary<long, double>.Values => _values;

    /// <inheritdoc/>
    public double this[long key] =>
        TryGetValue(key, out double value) ? value : throw new KeyNotFoundException($"Nothing was reported at step {key}.");

    /// <summary>Makes the set of reports; of several with the same step the last one counts.</summary>
    public static IntermediateValues Of(IEnumerable<KeyValuePair<long, double>> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        if (reports is IntermediateValues values) return values;
        if (reports is IReadOnlyList<KeyValuePair<long, double>> list && IsAscending(list)) return Ascending(list);
        var bySteps = new SortedDictionary<long, double>();
        foreach ((long step, double value) in reports) bySteps[step] = value;
        return bySteps.Count == 0 ? None : new IntermediateValues([.. bySteps.Keys], [.. bySteps.Values]);
    }

    /// <summary>These reports and further ones; a report of a step that is there already replaces it.</summary>
    public IntermediateValues With(IEnumerable<KeyValuePair<long, double>> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        return reports is IReadOnlyCollection<KeyValuePair<long, double>> { Count: 0 } ? this : Of(this.Concat(reports));
    }

    /// <inheritdoc/>
    public bool ContainsKey(long key) => Array.BinarySearch(_steps, key) >= 0;

    /// <inheritdoc/>
    public bool TryGetValue(long key, out double value)
    {
        int index = Array.BinarySearch(_steps, key);
        value = index >= 0 ? _values[index] : double.NaN;
        return index >= 0;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<long, double>> GetEnumerator()
    {
        for (int i = 0; i < _steps.Length; i++) yield return KeyValuePair.Create(_steps[i], _values[i]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether steps rise, as those of a trial mostly do, so that nothing needs to be sorted.</summary>
    private static bool IsAscending(IReadOnlyList<KeyValuePair<long, double>> reports)
    {
        for (int i = 1; i < reports.Count; i++)
        {
            if (reports[i].Key <= reports[i - 1].Key) return false;
        }
        return true;
    }

    private static IntermediateValues Ascending(IReadOnlyList<KeyValuePair<long, double>> reports)
    {
        if (reports.Count == 0) return None;
        var steps = new long[reports.Count];
        var values = new double[reports.Count];
        for (int i = 0; i < steps.Length; i++) (steps[i], values[i]) = (reports[i].Key, reports[i].Value);
        return new IntermediateValues(steps, values);
    }
}
