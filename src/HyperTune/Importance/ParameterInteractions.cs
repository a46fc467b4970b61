using System.Collections;
using HyperTune.History;
using HyperTune.Importance;

namespace HyperTune;

/// <summary>How much each pair of parameters does together, the strongest pair first. Immutable.</summary>
/// <remarks>Measured by <see cref="FanovaImportance"/>, in shares of the variance like its importances when these are not normalized. Trials and parameters count as for
/// <see cref="ParameterImportances"/>.</remarks>
public sealed class ParameterInteractions : IReadOnlyList<ParameterInteraction>
{
    private readonly ParameterInteraction[] _entries;

    private ParameterInteractions(ParameterInteraction[] entries, ImportanceTable table)
    {
        _entries = entries;
        Trials = table.Trials;
        Omitted = Array.AsReadOnly(table.Omitted);
    }

    /// <summary>The number of pairs.</summary>
    public int Count => _entries.Length;

    /// <summary>How many trials the numbers rest on.</summary>
    public int Trials { get; }

    /// <summary>Parameters that no pair has, since not every trial has them.</summary>
    public IReadOnlyList<string> Omitted { get; }

    /// <summary>A pair, from the strongest one (0) on; equal ones in order of names.</summary>
    public ParameterInteraction this[int index] => _entries[index];

    /// <summary>The interaction of two parameters, in either order.</summary>
    /// <exception cref="KeyNotFoundException">They are no pair of parameters that were compared.</exception>
    public double this[string first, string second]
    {
        get
        {
            foreach (ParameterInteraction entry in _entries)
            {
                if ((entry.First == first && entry.Second == second) || (entry.First == second && entry.Second == first)) return entry.Value;
            }
            throw new KeyNotFoundException($"There is no interaction of {Guard.Show(first)} and {Guard.Show(second)}. Name two different parameters that were compared.");
        }
    }

    /// <summary>Measures interactions.</summary>
    /// <remarks>The cost grows with the square of the number of parameters, and above linearly with the number of trials; name the parameters of interest where these are many.</remarks>
    /// <param name="history">The study's trials.</param>
    /// <param name="options">What to ask and how; the defaults if null.</param>
    /// <exception cref="ArgumentException">The evaluator is not <see cref="FanovaImportance"/>; or as for <see cref="ParameterImportances.Of"/>.</exception>
    /// <exception cref="InvalidOperationException">As for <see cref="ParameterImportances.Of"/>.</exception>
    public static ParameterInteractions Of(StudyHistory history, ImportanceOptions? options = null)
    {
        options ??= new();
        if ((options.Evaluator ?? new FanovaImportance()) is not FanovaImportance fanova)
            throw new ArgumentException($"{options.Evaluator!.GetType().Name} does not measure interactions. Use FanovaImportance.", nameof(options));
        var table = ImportanceTable.Of(history, options, fanova);
        int count = table.Columns.Length;
        double[] values = fanova.Interactions(table);
        var entries = new List<ParameterInteraction>(values.Length);
        for (int i = 0; i < count; i++)
        {
            for (int j = i + 1; j < count; j++) entries.Add(new(table.Columns[i].Name, table.Columns[j].Name, values[entries.Count]));
        }
        return new([.. entries.OrderByDescending(entry => entry.Value)], table);
    }

    /// <inheritdoc/>
    public IEnumerator<ParameterInteraction> GetEnumerator() => ((IEnumerable<ParameterInteraction>)_entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>All pairs with their values, such as <c>lr × units 0.12, act × lr 0.03</c>.</summary>
    public override string ToString() => string.Join(", ", _entries);
}
