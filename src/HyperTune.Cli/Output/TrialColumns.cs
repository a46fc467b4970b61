namespace HyperTune.Cli.Output;

/// <summary>Trials as rows with named columns, as Optuna's data frame has them.</summary>
internal sealed class TrialColumns
{
    private readonly List<(string Name, Func<TrialRecord, string> Cell)> _columns = [];

    private TrialColumns()
    {
    }

    public IReadOnlyList<string> Names => [.. _columns.Select(column => column.Name)];

    /// <summary>The columns for a few words about each trial.</summary>
    public static TrialColumns Short(StudyRecord study, IReadOnlyList<TrialRecord> trials)
    {
        var columns = new TrialColumns();
        columns.Add("number", trial => CellText.Of(trial.Number));
        columns.Add("state", trial => NameOf(trial.State));
        columns.AddValues(study);
        columns.Add("started", trial => CellText.Of(trial.StartedAt));
        columns.Add("seconds", trial => CellText.Of(trial.Duration));
        columns.AddParameters(trials, "");
        return columns;
    }

    /// <summary>The columns for all that is known of each trial, apart from intermediate values.</summary>
    public static TrialColumns Full(StudyRecord study, IReadOnlyList<TrialRecord> trials)
    {
        var columns = new TrialColumns();
        columns.Add("number", trial => CellText.Of(trial.Number));
        columns.AddValues(study);
        columns.Add("datetime_start", trial => CellText.Of(trial.StartedAt));
        columns.Add("datetime_complete", trial => CellText.Of(trial.CompletedAt));
        columns.Add("duration", trial => CellText.Of(trial.Duration));
        columns.AddParameters(trials, "params_");
        columns.AddKeys(trials, "constraints_", trial => trial.Constraints.Keys, (trial, key) => trial.Constraints.TryGetValue(key, out double value) ? CellText.Of(value) : "");
        columns.AddKeys(trials, "user_attrs_", trial => trial.UserAttributes.Keys, (trial, key) => trial.UserAttributes.TryGetValue(key, out AttributeValue? value) ? CellText.Of(value) : "");
        columns.AddKeys(trials, "system_attrs_", trial => trial.SystemAttributes.Keys, (trial, key) => trial.SystemAttributes.TryGetValue(key, out AttributeValue? value) ? CellText.Of(value) : "");
        columns.Add("state", trial => NameOf(trial.State));
        return columns;
    }

    public IReadOnlyList<string> Row(TrialRecord trial) => [.. _columns.Select(column => column.Cell(trial))];

    public static string NameOf(TrialState state) => state == TrialState.Failed ? "FAIL" : state.ToString().ToUpperInvariant();

    private void Add(string name, Func<TrialRecord, string> cell) => _columns.Add((name, cell));

    private void AddValues(StudyRecord study)
    {
        if (study.Directions.Count == 1)
        {
            Add("value", trial => trial.Values.Count == 0 ? "" : CellText.Of(trial.Values[0]));
            return;
        }
        for (int i = 0; i < study.Directions.Count; i++)
        {
            int objective = i;
            Add($"values_{CellText.Of(i)}", trial => trial.Values.Count == 0 ? "" : CellText.Of(trial.Values[objective]));
        }
    }

    private void AddParameters(IReadOnlyList<TrialRecord> trials, string prefix) => AddKeys(
        trials, prefix, trial => trial.Parameters.Names, (trial, name) => trial.Parameters.IndexOf(name) is >= 0 and var index ? CellText.Of(trial.Parameters[index].External) : "");

    private void AddKeys(IReadOnlyList<TrialRecord> trials, string prefix, Func<TrialRecord, IEnumerable<string>> keys, Func<TrialRecord, string, string> cell)
    {
        foreach (string key in trials.SelectMany(keys).Distinct()) Add(prefix + key, trial => cell(trial, key));
    }
}
