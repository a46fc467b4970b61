using HyperTune.History;
using HyperTune.Pareto;

namespace HyperTune.Importance;

/// <summary>The complete trials of a study as losses and columns, in order of trial number, whatever their order of arrival.</summary>
internal sealed class ImportanceTable
{
    private ImportanceTable(double[] losses, int objectives, ImportanceColumn[] columns, string[] omitted)
    {
        Losses = losses;
        Objectives = objectives;
        Columns = columns;
        Omitted = omitted;
    }

    /// <summary>Row-major [trials, objectives]; finite.</summary>
    public double[] Losses { get; }

    public int Objectives { get; }

    public int Trials => Losses.Length / Objectives;

    /// <summary>One for each parameter, in order of name.</summary>
    public ImportanceColumn[] Columns { get; }

    /// <summary>Parameters that were left out because a trial lacks them, in order of name.</summary>
    public string[] Omitted { get; }

    /// <summary>Reads the trials that are asked for.</summary>
    /// <exception cref="ArgumentException">The options name something that the trials do not have, or contradict one another.</exception>
    /// <exception cref="InvalidOperationException">There are fewer than two trials, they have no parameters, or all have the same values.</exception>
    public static ImportanceTable Of(StudyHistory history, ImportanceOptions options, ImportanceEvaluator evaluator)
    {
        Guard.NotNull(history);
        (int[] rows, double[] losses, int objectives) = Explained(history, options);
        if (objectives > 1 && !evaluator.TakesSeveralObjectives)
        {
            throw new ArgumentException(
                $"The study '{history.Study.Name}' has {objectives} objectives, but {evaluator.GetType().Name} explains one. Set ImportanceOptions.Objective.", nameof(options));
        }
        CheckCount(history, rows.Length, "complete trial(s) with finite values");
        string[] names = NamesOf(history, options, rows);
        string[] omitted = [];
        if (evaluator.NeedsEveryValue && options.Parameters is not null)
        {
            (rows, losses) = WithAll(history, names, rows, losses, objectives);
            CheckCount(history, rows.Length, $"complete trial(s) with all of {string.Join(", ", names.Select(Guard.Show))}");
        }
        CheckVariance(history, losses, objectives);
        ImportanceColumn[] columns = Array.ConvertAll(names, name => ColumnOf(history, name, rows));
        if (evaluator.NeedsEveryValue && options.Parameters is null)
        {
            omitted = [.. columns.Where(column => column.Count < rows.Length).Select(column => column.Name)];
            columns = Array.FindAll(columns, column => column.Count == rows.Length);
            if (columns.Length == 0)
            {
                throw new InvalidOperationException(
                    $"No parameter of the study '{history.Study.Name}' is in all of its complete trials, but {evaluator.GetType().Name} compares only such. Name some in ImportanceOptions.Parameters, or use PedAnovaImportance.");
            }
        }
        return new ImportanceTable(losses, objectives, columns, omitted);
    }

    /// <summary>The complete rows in order of number, with what is to be explained as losses.</summary>
    private static (int[] Rows, double[] Losses, int Objectives) Explained(StudyHistory history, ImportanceOptions options)
    {
        if (options.Target is not null && options.Objective is not null)
            throw new ArgumentException($"Both a target and the {options.Objective} are to be explained. Leave one of them out.", nameof(options));
        int[] objectives = options switch
        {
            { Target: not null } => [],
            { Objective: { } metric } => [Metric.IndexOf(metric, history.Study)],
            _ => [.. Enumerable.Range(0, history.Directions.Count)],
        };
        var rows = new List<int>(history.Count);
        for (int row = 0; row < history.Count; row++)
        {
            if (history.States[row] == TrialState.Complete) rows.Add(row);
        }
        rows.Sort((a, b) => history.Numbers[a].CompareTo(history.Numbers[b]));
        var kept = new List<int>(rows.Count);
        var losses = new List<double>(rows.Count);
        foreach (int row in rows)
        {
            int start = losses.Count;
            bool isFinite = true;
            if (options.Target is { } target) Add(options.TargetDirection, target(history[row]));
            foreach (int k in objectives) Add(history.Directions[k], history.Values(k)[row]);
            if (isFinite) kept.Add(row);
            else losses.RemoveRange(start, losses.Count - start);

            void Add(Direction direction, double value)
            {
                isFinite &= double.IsFinite(value);
                losses.Add(direction.ToLoss(value));
            }
        }
        return ([.. kept], [.. losses], Math.Max(1, objectives.Length));
    }

    /// <summary>The parameters to compare, in order of name.</summary>
    private static string[] NamesOf(StudyHistory history, ImportanceOptions options, int[] rows)
    {
        var present = new SortedSet<string>(history.ParameterNames.Where(name => HasAny(history, name, rows)), StringComparer.Ordinal);
        if (present.Count == 0) throw new InvalidOperationException($"The complete trials of the study '{history.Study.Name}' have no parameters, so there is nothing to compare.");
        if (options.Parameters is not { } wanted) return [.. present];
        Guard.NotNullOrEmpty(wanted, nameof(options.Parameters));
        var names = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string name in wanted)
        {
            if (!present.Contains(name))
            {
                throw new ArgumentException(
                    $"There is no parameter {Guard.Show(name)} in the complete trials of the study '{history.Study.Name}'. They have {string.Join(", ", present.Select(Guard.Show))}.", nameof(options));
            }
            if (!names.Add(name)) throw new ArgumentException($"The parameter {Guard.Show(name)} is named twice. Name it once.", nameof(options));
        }
        return [.. names];
    }

    private static bool HasAny(StudyHistory history, string name, int[] rows)
    {
        if (!history.TryGetParameter(name, out ParameterColumn column)) return false;
        foreach (int row in rows)
        {
            if (column.Rows.BinarySearch(row) >= 0) return true;
        }
        return false;
    }

    private static (int[] Rows, double[] Losses) WithAll(StudyHistory history, string[] names, int[] rows, double[] losses, int objectives)
    {
        var places = new List<int>(Enumerable.Range(0, rows.Length));
        foreach (string name in names)
        {
            if (history.TryGetParameter(name, out ParameterColumn column)) places.RemoveAll(place => column.Rows.BinarySearch(rows[place]) < 0);
        }
        return ([.. places.Select(place => rows[place])], LossRows.Rows(losses, objectives, places.ToArray()));
    }

    private static ImportanceColumn ColumnOf(StudyHistory history, string name, int[] rows)
    {
        if (!history.TryGetParameter(name, out ParameterColumn column)) throw new InvalidOperationException($"No trial has the parameter '{name}'.");
        var values = new double[rows.Length];
        var distributionOf = new int[rows.Length];
        var indices = new Dictionary<Distribution, int>();
        var distributions = new List<Distribution>();
        ReadOnlySpan<int> entries = column.Rows;
        ReadOnlySpan<double> entryValues = column.Values;
        Distribution? last = null;
        int lastIndex = 0;
        for (int i = 0; i < rows.Length; i++)
        {
            // A parameter that every trial has: the entry is the row.
            int entry = rows[i] < entries.Length && entries[rows[i]] == rows[i] ? rows[i] : entries.BinarySearch(rows[i]);
            if (entry < 0)
            {
                (values[i], distributionOf[i]) = (double.NaN, -1);
                continue;
            }
            Distribution distribution = column.DistributionAt(entry);
            if (!ReferenceEquals(distribution, last))
            {
                last = distribution;
                if (!indices.TryGetValue(distribution, out lastIndex))
                {
                    indices.Add(distribution, lastIndex = distributions.Count);
                    distributions.Add(distribution);
                }
            }
            (values[i], distributionOf[i]) = (entryValues[entry], lastIndex);
        }
        return new ImportanceColumn(name, values, distributions, distributionOf);
    }

    private static void CheckCount(StudyHistory history, int count, string what)
    {
        if (count < 2)
            throw new InvalidOperationException($"The study '{history.Study.Name}' has {count} {what}, but importances compare at least 2, and mean little below some dozens. Run more trials.");
    }

    private static void CheckVariance(StudyHistory history, double[] losses, int objectives)
    {
        for (int i = objectives; i < losses.Length; i++)
        {
            if (losses[i] != losses[i - objectives]) return;
        }
        throw new InvalidOperationException($"All {losses.Length / objectives} trials of the study '{history.Study.Name}' have the same value, so no parameter makes a difference. Run more trials, or explain something else.");
    }
}
