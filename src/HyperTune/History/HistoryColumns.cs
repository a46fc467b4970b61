using HyperTune.Trials;

namespace HyperTune.History;

/// <summary>The growing columns of a study, written by its <see cref="HistoryBuilder"/> and read through snapshots.</summary>
internal sealed class HistoryColumns(int objectives)
{
    private Dictionary<string, ParameterHistory> _parameters = new(StringComparer.Ordinal);
    private ParameterSchema? _lastSchema;
    private ParameterHistory[] _lastColumns = [];

    public GrowingColumn<TrialRecord> Records { get; } = new();

    public GrowingColumn<int> Numbers { get; } = new();

    public GrowingColumn<TrialState> States { get; } = new();

    public GrowingColumn<double> Violations { get; } = new();

    public GrowingColumn<double> StartTimes { get; } = new();

    public GrowingColumn<double> EndTimes { get; } = new();

    public GrowingColumn<double>[] Values { get; } = [.. Enumerable.Range(0, objectives).Select(_ => new GrowingColumn<double>())];

    /// <summary>By name. Replaced as a whole when a name is new.</summary>
    public Dictionary<string, ParameterHistory> Parameters => Volatile.Read(ref _parameters);

    /// <summary>Appends a finished trial.</summary>
    public void Add(TrialRecord trial)
    {
        int row = Records.Count;
        Numbers.Add(trial.Number);
        States.Add(trial.State);
        Violations.Add(trial.SystemAttributes.Count == 0 ? 0 : trial.Violation);
        StartTimes.Add(Seconds(trial.StartedAt));
        EndTimes.Add(Seconds(trial.CompletedAt));
        for (int k = 0; k < Values.Length; k++) Values[k].Add(k < trial.Values.Count ? trial.Values[k] : double.NaN);
        ReadOnlySpan<char> origins = DrawnParameters.Letters(trial);
        ParameterSet parameters = trial.Parameters;
        ParameterHistory[] columns = ColumnsOf(parameters.Schema);
        for (int i = 0; i < columns.Length; i++)
        {
            columns[i].Add(row, parameters[i], i < origins.Length ? DrawnParameters.OriginOf(origins[i]) : ParameterOrigin.Unknown);
        }
        Records.Add(trial);
    }

    private static double Seconds(DateTimeOffset? time) =>
        time is { } known ? (known.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / (double)TimeSpan.TicksPerSecond : double.NaN;

    /// <summary>The columns of a trial's parameters. Trials mostly have the same ones as the trial before.</summary>
    private ParameterHistory[] ColumnsOf(ParameterSchema schema)
    {
        if (!ReferenceEquals(schema, _lastSchema))
        {
            _lastColumns = Array.ConvertAll(schema.Names, ColumnOf);
            _lastSchema = schema;
        }
        return _lastColumns;
    }

    private ParameterHistory ColumnOf(string name)
    {
        if (_parameters.TryGetValue(name, out ParameterHistory? known)) return known;
        var added = new ParameterHistory(name);
        Volatile.Write(ref _parameters, new Dictionary<string, ParameterHistory>(_parameters, StringComparer.Ordinal) { [name] = added });
        return added;
    }
}
