using HyperTune.Trials;

namespace HyperTune.History;

/// <summary>A consistent snapshot of a study: its finished trials as columns, its running and waiting trials as small tables. Immutable.</summary>
/// <remarks>
/// <para>Rows are finished trials in order of arrival, which differs between processes; <see cref="Numbers"/> maps rows to trial numbers.
/// A later snapshot of the same study has the same rows, followed by new ones. Taking a snapshot copies nothing.</para>
/// <para>What a sampler or pruner derives from the rows is kept by <see cref="View{T}"/>, once for each study, and extended by the new
/// rows only.</para>
/// <para>Safe for concurrent use.</para>
/// </remarks>
public sealed class StudyHistory
{
    private static readonly object ConstraintsKey = new();
    private static readonly object UserAttributesKey = new();
    private static readonly object NotesKey = new();

    private readonly HistoryColumns _columns;
    private readonly HistoryViews _views;
    private readonly StateCounts _counts;

    internal StudyHistory(
        StudyRecord study,
        SearchSpace? declaredSpace,
        HistoryColumns columns,
        HistoryViews views,
        int count,
        in StateCounts counts,
        IReadOnlyList<RunningTrial> running,
        IReadOnlyList<TrialRecord> waiting)
    {
        Study = study;
        DeclaredSpace = declaredSpace;
        _columns = columns;
        _views = views;
        Count = count;
        _counts = counts;
        Running = running;
        Waiting = waiting;
    }

    /// <summary>The study without its trials.</summary>
    public StudyRecord Study { get; }

    /// <summary>One direction for each objective.</summary>
    public IReadOnlyList<Direction> Directions => Study.Directions;

    /// <summary>The search space that was declared beforehand, or null when parameters are defined by the objective alone.</summary>
    public SearchSpace? DeclaredSpace { get; }

    /// <summary>The number of rows: finished trials.</summary>
    public int Count { get; }

    /// <summary>The number of each row's trial.</summary>
    public ReadOnlySpan<int> Numbers => _columns.Numbers.First(Count);

    /// <summary>The state of each row's trial: complete, pruned or failed.</summary>
    public ReadOnlySpan<TrialState> States => _columns.States.First(Count);

    /// <summary>The sum of each row's violated constraints; 0 for a feasible trial.</summary>
    public ReadOnlySpan<double> Violations => _columns.Violations.First(Count);

    /// <summary>When each row's trial began to run, in seconds since 1970-01-01 UTC; NaN where that is not known.</summary>
    public ReadOnlySpan<double> StartTimes => _columns.StartTimes.First(Count);

    /// <summary>When each row's trial ended, in seconds since 1970-01-01 UTC; NaN where that is not known.</summary>
    public ReadOnlySpan<double> EndTimes => _columns.EndTimes.First(Count);

    /// <summary>The constraint values by name; above 0 is violated. <see cref="Violations"/> sums them up.</summary>
    /// <remarks>These columns, and those of attributes and reports, are made when they are first asked for: take them once and not in a loop.</remarks>
    public SparseColumns<string> Constraints => SparseView<string>.Of(this, ConstraintsKey, static (view, row, trial) =>
    {
        foreach ((string name, double value) in trial.Constraints) view.Add(name, row, value);
    });

    /// <summary>The user attributes that are numbers, whole or not, by name.</summary>
    public SparseColumns<string> NumericUserAttributes => SparseView<string>.Of(this, UserAttributesKey, static (view, row, trial) =>
    {
        foreach ((string name, AttributeValue attribute) in trial.UserAttributes)
        {
            if (attribute.TryGetDouble(out double value)) view.Add(name, row, value);
        }
    });

    /// <summary>The notes of samplers and pruners that are numbers, whole or not, by name; constraints are not among them.</summary>
    public SparseColumns<string> NumericNotes => SparseView<string>.Of(this, NotesKey, static (view, row, trial) =>
    {
        foreach ((string name, AttributeValue note) in trial.SystemAttributes)
        {
            if (!name.StartsWith(SystemKeys.ConstraintPrefix, StringComparison.Ordinal) && note.TryGetDouble(out double value)) view.Add(name, row, value);
        }
    });

    /// <summary>The names of all parameters that a finished trial has, in order of first appearance.</summary>
    public IEnumerable<string> ParameterNames
    {
        get
        {
            foreach (ParameterHistory parameter in _columns.Parameters.Values)
            {
                if (parameter.EntriesBefore(Count) > 0) yield return parameter.Name;
            }
        }
    }

    /// <summary>The trials that are running now, in ascending order of number.</summary>
    public IReadOnlyList<RunningTrial> Running { get; }

    /// <summary>The queued trials, in ascending order of number.</summary>
    public IReadOnlyList<TrialRecord> Waiting { get; }

    /// <summary>The full record of a row's trial.</summary>
    public TrialRecord this[int row] => _columns.Records.First(Count)[row];

    /// <summary>Each row's value of one objective; NaN where the trial has none. A pruned trial of a study with one objective has its last report, of folds their mean.</summary>
    /// <param name="objective">From 0 to the number of directions minus 1.</param>
    public ReadOnlySpan<double> Values(int objective) => _columns.Values[objective].First(Count);

    /// <summary>The standard error that each row's trial reported for one objective; NaN where it reported none. The column is made when it is first asked for.</summary>
    /// <param name="objective">From 0 to the number of directions minus 1.</param>
    public ReadOnlySpan<double> StandardErrors(int objective)
    {
        Guard.InRange(objective, 0, Directions.Count - 1);
        return View<GrowingColumn<double>>(new ErrorsKey(objective), (newer, former) =>
        {
            GrowingColumn<double> errors = former ?? new();
            for (int row = errors.Count; row < newer.Count; row++) errors.Add(ReportedErrors.Of(newer[row], objective));
            return errors;
        }).First(Count);
    }

    /// <summary>The values that trials in any final state reported for one objective, by step.</summary>
    /// <param name="objective">From 0 to the number of directions minus 1.</param>
    public SparseColumns<long> IntermediateValues(int objective)
    {
        Guard.InRange(objective, 0, Directions.Count - 1);
        return SparseView<long>.Of(this, new ReportsKey(objective), (view, row, trial) =>
        {
            ReadOnlySpan<long> steps = trial.IntermediateValues.Steps;
            for (int i = 0; i < steps.Length; i++)
            {
                if (ReportedValues.TryGet(trial.IntermediateValues, trial.SystemAttributes, objective, i, out double value)) view.Add(steps[i], row, value);
            }
        });
    }

    /// <summary>The values that trials in any final state reported for one objective, as pruners compare them: a report by fold is the mean over its and all earlier folds at the same step.</summary>
    /// <remarks>By stored step; see <see cref="Trial.ReportFold"/>. Reports that are not by fold are as in <see cref="IntermediateValues"/>.</remarks>
    /// <param name="objective">From 0 to the number of directions minus 1.</param>
    public SparseColumns<long> RunningMeans(int objective)
    {
        Guard.InRange(objective, 0, Directions.Count - 1);
        return SparseView<long>.Of(this, new MeansKey(objective), (view, row, trial) =>
        {
            ReportCurve curve = ReportCurve.Of(trial);
            ReadOnlySpan<long> steps = curve.Values.Steps;
            for (int i = 0; i < steps.Length; i++)
            {
                if (ReportedValues.TryGet(curve.Values, curve.Attributes, objective, i, out double value)) view.Add(steps[i], row, value);
            }
        });
    }

    /// <summary>The number of rows in a state.</summary>
    public int CountOf(TrialState state) => state switch
    {
        TrialState.Complete => _counts.Complete,
        TrialState.Pruned => _counts.Pruned,
        TrialState.Failed => _counts.Failed,
        TrialState.Running => Running.Count,
        _ => Waiting.Count,
    };

    /// <summary>Gives the column of a parameter.</summary>
    /// <returns>Whether any finished trial has the parameter.</returns>
    public bool TryGetParameter(string name, out ParameterColumn column)
    {
        if (_columns.Parameters.TryGetValue(name, out ParameterHistory? parameter))
        {
            int entries = parameter.EntriesBefore(Count);
            column = new ParameterColumn(parameter, entries);
            return entries > 0;
        }
        column = default;
        return false;
    }

    /// <summary>The name of the sampler that proposed a row's trial; null if that is not recorded.</summary>
    public string? SamplerOf(int row) => DrawnParameters.Sampler(this[row]);

    /// <summary>Where a row's trial came from.</summary>
    public TrialOrigin OriginOf(int row) => TrialOrigins.Of(this[row]);

    /// <summary>Keeps something that is derived from the rows, one for each study and key, and extends it by what is new.</summary>
    /// <typeparam name="T">An immutable state. It may be newer than this snapshot, so what is read beside it must come from it.</typeparam>
    /// <param name="key">Names the view; compared by equality, so that all who ask for the same thing share it.</param>
    /// <param name="extend">Makes the state for a snapshot from the former state (null at first). Calls for one key are never concurrent.</param>
    public T View<T>(object key, Func<StudyHistory, T?, T> extend)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(extend);
        return _views.Get(key, this, extend);
    }

    /// <summary>This snapshot with other tables of running trials and the same rows.</summary>
    internal StudyHistory WithRunning(IReadOnlyList<RunningTrial> running) =>
        new(Study, DeclaredSpace, _columns, _views, Count, _counts, running, Waiting);

    private sealed record ReportsKey(int Objective);

    private sealed record MeansKey(int Objective);

    private sealed record ErrorsKey(int Objective);

    /// <summary>Finished trials by state.</summary>
    internal readonly record struct StateCounts(int Complete, int Pruned, int Failed)
    {
        public StateCounts With(TrialState state) => state switch
        {
            TrialState.Complete => this with { Complete = Complete + 1 },
            TrialState.Pruned => this with { Pruned = Pruned + 1 },
            _ => this with { Failed = Failed + 1 },
        };
    }
}
