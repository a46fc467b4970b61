using System.Collections;
using HyperTune.History;
using HyperTune.Importance;

namespace HyperTune;

/// <summary>How much each parameter of a study matters, the most important one first. Immutable.</summary>
/// <remarks>
/// <para>The complete trials count, feasible or not, whose values are finite. They are taken in order of their numbers, so that all processes that share a study
/// agree.</para>
/// <para>Parameters that not every trial has, since they depend on others: PED-ANOVA compares the trials that have a parameter. Forests need a value of each
/// parameter in each trial; they leave such parameters out and list them in <see cref="Omitted"/>, or, where <see cref="ImportanceOptions.Parameters"/> names them, leave
/// out the trials that lack one.</para>
/// <para>Ranges that changed while the study ran: PED-ANOVA compares trials of equal ranges, and forests measure over the hull of all.</para>
/// </remarks>
public sealed class ParameterImportances : IReadOnlyList<ParameterImportance>
{
    private readonly ParameterImportance[] _entries;

    private ParameterImportances(ParameterImportance[] entries, ImportanceTable table)
    {
        _entries = entries;
        Trials = table.Trials;
        Omitted = Array.AsReadOnly(table.Omitted);
    }

    /// <summary>The number of parameters.</summary>
    public int Count => _entries.Length;

    /// <summary>How many trials the numbers rest on.</summary>
    public int Trials { get; }

    /// <summary>Parameters without a number, since not every trial has them; empty for PED-ANOVA.</summary>
    public IReadOnlyList<string> Omitted { get; }

    /// <summary>A parameter, from the most important one (0) on; equal ones in order of name.</summary>
    public ParameterImportance this[int index] => _entries[index];

    /// <summary>The importance of a parameter.</summary>
    /// <exception cref="KeyNotFoundException">The parameter is not among those compared.</exception>
    public double this[string name] => TryGetValue(name, out double value)
        ? value
        : throw new KeyNotFoundException($"There is no importance of {Guard.Show(name)}. There are those of {string.Join(", ", _entries.Select(entry => Guard.Show(entry.Name)))}.");

    /// <summary>Measures importances.</summary>
    /// <param name="history">The study's trials.</param>
    /// <param name="options">What to ask and how; the defaults if null.</param>
    /// <exception cref="ArgumentException">The options name an objective or parameter that there is not, contradict one another, or their evaluator cannot explain several objectives.</exception>
    /// <exception cref="InvalidOperationException">There are fewer than two usable trials, they have no parameters, or their values do not differ.</exception>
    public static ParameterImportances Of(StudyHistory history, ImportanceOptions? options = null)
    {
        options ??= new();
        ImportanceEvaluator evaluator = options.Evaluator ?? new PedAnovaImportance();
        var table = ImportanceTable.Of(history, options, evaluator);
        double[] values = evaluator.Evaluate(table);
        if (options.IsNormalized) Normalize(values);
        ParameterImportance[] entries = [.. table.Columns.Select((column, i) => new ParameterImportance(column.Name, values[i]))];
        // Stable: the columns are in order of name.
        return new([.. entries.OrderByDescending(entry => entry.Value)], table);
    }

    /// <summary>Gives the importance of a parameter, if it is among those compared; else NaN.</summary>
    public bool TryGetValue(string name, out double value)
    {
        Guard.NotNull(name);
        foreach (ParameterImportance entry in _entries)
        {
            if (entry.Name == name)
            {
                value = entry.Value;
                return true;
            }
        }
        value = double.NaN;
        return false;
    }

    /// <inheritdoc/>
    public IEnumerator<ParameterImportance> GetEnumerator() => ((IEnumerable<ParameterImportance>)_entries).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>All parameters with their importance, such as <c>lr 0.76, units 0.14, act 0.1</c>.</summary>
    public override string ToString() => string.Join(", ", _entries);

    /// <summary>Scales numbers to a sum of 1; zeros become equal shares.</summary>
    internal static void Normalize(Span<double> values)
    {
        double sum = 0;
        foreach (double value in values) sum += value;
        for (int i = 0; i < values.Length; i++) values[i] = sum > 0 ? values[i] / sum : 1.0 / values.Length;
    }
}
