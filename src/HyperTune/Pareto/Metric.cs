using System.Globalization;

namespace HyperTune;

/// <summary>Names one objective of a study: by its name (see <see cref="StudyOptions.MetricNames"/>) or by its index from 0. Converts from both.</summary>
public readonly record struct Metric
{
    /// <summary>Names an objective by its name.</summary>
    /// <exception cref="ArgumentException">The name is null or empty.</exception>
    public Metric(string name) => Name = Guard.NotNullOrEmpty(name);

    /// <summary>Names an objective by its index.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index is below 0.</exception>
    public Metric(int index) => Index = Guard.AtLeast(index, 0);

    /// <summary>The objective's name; null if it is named by its index.</summary>
    public string? Name { get; }

    /// <summary>The objective's index; 0 if it is named by its name.</summary>
    public int Index { get; }

    /// <summary>The objective with a name.</summary>
    public static implicit operator Metric(string name) => new(name);

    /// <summary>The objective with an index.</summary>
    public static implicit operator Metric(int index) => new(index);

    /// <summary>The name, or "objective" and the index.</summary>
    public override string ToString() => Name is null ? string.Create(CultureInfo.InvariantCulture, $"objective {Index}") : $"'{Name}'";

    /// <summary>The index of an objective of a study.</summary>
    /// <exception cref="ArgumentException">There is none of that name or index, or there are several.</exception>
    internal static int IndexOf(Metric metric, StudyRecord study)
    {
        if (metric.Name is null)
        {
            if (metric.Index < study.Directions.Count) return metric.Index;
            throw new ArgumentException($"There is no metric {metric.Index}: the study '{study.Name}' has {study.Directions.Count}. Count from 0.", nameof(metric));
        }
        IReadOnlyList<string> names = study.MetricNames;
        if (names.Count == 0) throw new ArgumentException($"The metrics of the study '{study.Name}' have no names. Set StudyOptions.MetricNames, or use an index from 0.", nameof(metric));
        int[] found = [.. Enumerable.Range(0, names.Count).Where(k => names[k] == metric.Name)];
        return found.Length switch
        {
            1 => found[0],
            0 => throw new ArgumentException($"There is no metric {metric}. Those of the study '{study.Name}' are {string.Join(", ", names.Select(Guard.Show))}.", nameof(metric)),
            _ => throw new ArgumentException($"Several metrics of the study '{study.Name}' are called {metric}. Use an index from 0.", nameof(metric)),
        };
    }
}
