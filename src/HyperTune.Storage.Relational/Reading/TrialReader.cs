using HyperTune.History;

namespace HyperTune.Storage.Relational;

/// <summary>Reads trials with all their children from the results of <see cref="Statements.TrialsAbove"/> or <see cref="Statements.TrialsOfList"/>.</summary>
/// <remarks>
/// Trials come in ascending order of id, and what belongs to them in that order or nearly so, so that all is merged as it streams. What cannot be read
/// takes its trial out, and only it.
/// </remarks>
internal sealed class TrialReader(ReadingTables tables, int objectives)
{
    /// <summary>The results that follow the trials themselves.</summary>
    private const int ChildTables = 5;

    private readonly List<Draft> _drafts = [];
    private int _place;

    /// <summary>One trial as far as it is read.</summary>
    internal sealed class Draft(long id)
    {
        public long Id { get; } = id;

        public int? Number { get; set; }

        public TrialState? State { get; set; }

        public DateTimeOffset? StartedAt { get; set; }

        public DateTimeOffset? CompletedAt { get; set; }

        public ParameterSet Parameters { get; set; } = ParameterSet.Empty;

        public double[] Values { get; set; } = [];

        public IntermediateValues IntermediateValues { get; set; } = IntermediateValues.None;

        public AttributeSet UserAttributes { get; set; } = AttributeSet.Empty;

        public AttributeSet SystemAttributes { get; set; } = AttributeSet.Empty;

        public ulong Fingerprint { get; set; }

        public UnreadableTrial? Unreadable { get; private set; }

        public bool IsFinished => State is { } state && state.IsFinished();

        public void Fail(string column, string message) => Unreadable ??= new UnreadableTrial(new TrialId(Id), Number, column, message);

        public TrialRecord ToRecord() => new()
        {
            Id = new TrialId(Id),
            Number = Number!.Value,
            State = State!.Value,
            Values = Values,
            Parameters = Parameters,
            IntermediateValues = IntermediateValues,
            UserAttributes = UserAttributes,
            SystemAttributes = SystemAttributes,
            StartedAt = StartedAt,
            CompletedAt = CompletedAt,
        };
    }

    /// <summary>The trials in ascending order of id.</summary>
    public IReadOnlyList<Draft> Drafts => _drafts;

    /// <summary>Takes the next six results.</summary>
    public async ValueTask ReadAsync(SqlRows rows)
    {
        _drafts.Clear();
        await rows.NextStatementAsync().ConfigureAwait(false);
        await ReadTrialsAsync(rows).ConfigureAwait(false);
        if (_drafts.Count == 0)
        {
            for (int i = 0; i < ChildTables; i++) await rows.SkipStatementAsync().ConfigureAwait(false);
            return;
        }
        await rows.NextStatementAsync().ConfigureAwait(false);
        await ReadParametersAsync(rows).ConfigureAwait(false);
        await rows.NextStatementAsync().ConfigureAwait(false);
        await ReadValuesAsync(rows).ConfigureAwait(false);
        await rows.NextStatementAsync().ConfigureAwait(false);
        await ReadIntermediateValuesAsync(rows).ConfigureAwait(false);
        await rows.NextStatementAsync().ConfigureAwait(false);
        await ReadAttributesAsync(rows, "trial_user_attributes", static (draft, set) => draft.UserAttributes = set).ConfigureAwait(false);
        await rows.NextStatementAsync().ConfigureAwait(false);
        await ReadAttributesAsync(rows, "trial_system_attributes", static (draft, set) => draft.SystemAttributes = set).ConfigureAwait(false);
        foreach (Draft draft in _drafts) CheckValues(draft);
    }

    private async ValueTask ReadTrialsAsync(SqlRows rows)
    {
        while (await rows.ReadAsync().ConfigureAwait(false))
        {
            var draft = new Draft(rows.GetInt64(0));
            if (rows.TryGetInt64(1, out long number) && number is >= 0 and <= int.MaxValue) draft.Number = (int)number;
            else draft.Fail("trials.number", "The cell is no trial number.");
            string? state = rows.Intern(2, tables.Types);
            draft.State = StoredValues.StateOf(state);
            if (draft.State is null) draft.Fail("trials.state", $"The cell holds '{state}', which is no state.");
            if (rows.TryGetTime(3, false, out DateTimeOffset? started)) draft.StartedAt = started;
            else draft.Fail("trials.datetime_start", $"The cell holds '{rows.GetText(3)}', which is no time.");
            if (rows.TryGetTime(4, false, out DateTimeOffset? completed)) draft.CompletedAt = completed;
            else draft.Fail("trials.datetime_complete", $"The cell holds '{rows.GetText(4)}', which is no time.");
            if (!draft.IsFinished) draft.Fingerprint = Fingerprints.Of(state).Then((ulong)(started?.UtcTicks ?? 0));
            _drafts.Add(draft);
        }
    }

    private async ValueTask ReadParametersAsync(SqlRows rows)
    {
        _place = 0;
        Draft? draft = null;
        var found = new List<(long Id, string Name, Distribution Distribution, double Value)>();
        while (await rows.ReadAsync().ConfigureAwait(false))
        {
            long id = rows.GetInt64(0);
            if (draft?.Id != id)
            {
                Finish(draft, found);
                draft = Find(id);
                if (draft is null) continue;
            }
            string? name = rows.Intern(2, tables.Names);
            DistributionCell distribution = rows.Intern(4, tables.Distributions);
            if (name is null) draft.Fail("trial_params.param_name", "The cell is no text.");
            else if (distribution.Distribution is null) draft.Fail("trial_params.distribution_json", $"Parameter '{name}': {distribution.Fault}");
            else if (!rows.TryGetDouble(3, out double value)) draft.Fail("trial_params.param_value", $"Parameter '{name}': the cell is no number.");
            else if (!IsPossible(distribution.Distribution, value)) draft.Fail("trial_params.param_value", $"Parameter '{name}': there is no choice {value:R} in {distribution.Distribution}.");
            else found.Add((rows.GetInt64(1), name, distribution.Distribution, value));
        }
        Finish(draft, found);
    }

    private void Finish(Draft? draft, List<(long Id, string Name, Distribution Distribution, double Value)> found)
    {
        if (draft is null || found.Count == 0) return;
        // The rows of one trial come by name; their ids tell the order in which they were set.
        if (!IsSorted(found)) found.Sort(static (left, right) => left.Id.CompareTo(right.Id));
        ulong fingerprint = draft.Fingerprint;
        // Rows in the order of their own table are interrupted by those of trials that ran at the same time.
        foreach (Parameter earlier in draft.Parameters) tables.Parameters.Add(earlier.Name, earlier.Distribution, earlier.Value);
        foreach ((_, string name, Distribution distribution, double value) in found)
        {
            if (tables.Parameters.Contains(name))
            {
                draft.Fail("trial_params.param_name", $"The parameter '{name}' occurs twice.");
                continue;
            }
            tables.Parameters.Add(name, distribution, value);
            if (!draft.IsFinished) fingerprint = fingerprint.Then(Fingerprints.Of(name)).Then(value);
        }
        draft.Parameters = tables.Parameters.Build();
        draft.Fingerprint = fingerprint;
        found.Clear();
    }

    private static bool IsSorted(List<(long Id, string Name, Distribution Distribution, double Value)> found)
    {
        for (int i = 1; i < found.Count; i++)
        {
            if (found[i].Id < found[i - 1].Id) return false;
        }
        return true;
    }

    /// <summary>A choice's index must be one; other values may lie outside of their distribution, as Optuna allows.</summary>
    private static bool IsPossible(Distribution distribution, double value) => distribution is not CategoricalDistribution || distribution.Contains(value);

    private async ValueTask ReadValuesAsync(SqlRows rows)
    {
        _place = 0;
        Draft? draft = null;
        while (await rows.ReadAsync().ConfigureAwait(false))
        {
            long id = rows.GetInt64(0);
            if (draft?.Id != id && (draft = Find(id)) is null) continue;
            string? type = rows.Intern(3, tables.Types);
            double? number = rows.TryGetDouble(2, out double stored) ? stored : null;
            if (!rows.TryGetInt64(1, out long objective) || objective < 0 || objective >= Math.Max(objectives, 1))
            {
                draft.Fail("trial_values.objective", "The cell is no objective of the study.");
                continue;
            }
            if (StoredValues.Decode(number, type) is not { } value || double.IsNaN(value))
            {
                draft.Fail(type is "FINITE" ? "trial_values.value" : "trial_values.value_type", $"A value of type '{type}' makes no sense here.");
                continue;
            }
            if (draft.Values.Length == 0) draft.Values = NewValues();
            draft.Values[(int)objective] = value;
        }
    }

    private double[] NewValues()
    {
        var values = new double[objectives];
        // NaN marks what is missing: it cannot be stored.
        Array.Fill(values, double.NaN);
        return values;
    }

    private void CheckValues(Draft draft)
    {
        if (draft.Values.Length > 0 ? Array.Exists(draft.Values, double.IsNaN) : draft.State == TrialState.Complete)
        {
            draft.Fail("trial_values.objective", $"Not every one of the {objectives} objective(s) has a value.");
        }
    }

    private async ValueTask ReadIntermediateValuesAsync(SqlRows rows)
    {
        _place = 0;
        Draft? draft = null;
        var found = new List<KeyValuePair<long, double>>();
        while (await rows.ReadAsync().ConfigureAwait(false))
        {
            long id = rows.GetInt64(0);
            if (draft?.Id != id)
            {
                Finish(draft, found);
                draft = Find(id);
                if (draft is null) continue;
            }
            string? type = rows.Intern(3, tables.Types);
            double? number = rows.TryGetDouble(2, out double stored) ? stored : null;
            if (!rows.TryGetInt64(1, out long step)) draft.Fail("trial_intermediate_values.step", "The cell is no whole number.");
            else if (StoredValues.Decode(number, type) is { } value) found.Add(new(step, value));
            else draft.Fail(type is "FINITE" ? "trial_intermediate_values.intermediate_value" : "trial_intermediate_values.intermediate_value_type", $"Step {step}: a value of type '{type}' makes no sense.");
        }
        Finish(draft, found);
    }

    private static void Finish(Draft? draft, List<KeyValuePair<long, double>> found)
    {
        if (draft is null || found.Count == 0) return;
        draft.IntermediateValues = IntermediateValues.Of(found);
        if (!draft.IsFinished)
        {
            foreach ((long step, double value) in found) draft.Fingerprint = draft.Fingerprint.Then((ulong)step).Then(value);
        }
        found.Clear();
    }

    private async ValueTask ReadAttributesAsync(SqlRows rows, string table, Action<Draft, AttributeSet> set)
    {
        _place = 0;
        Draft? draft = null;
        var found = new List<(long Id, KeyValuePair<string, AttributeValue> Entry)>();
        while (await rows.ReadAsync().ConfigureAwait(false))
        {
            long id = rows.GetInt64(0);
            if (draft?.Id != id)
            {
                Finish();
                draft = Find(id);
                if (draft is null) continue;
            }
            string? key = rows.Intern(2, tables.Names);
            AttributeCell cell = rows.Intern(3, tables.Attributes);
            if (key is null) draft.Fail($"{table}.key", "The cell is no text.");
            else if (cell.Value is null) draft.Fail($"{table}.value_json", $"Attribute '{key}': {cell.Fault}");
            else found.Add((rows.GetInt64(1), new(key, cell.Value)));
            if (!draft.IsFinished) draft.Fingerprint = draft.Fingerprint.Then(Fingerprints.Of(key)).Then(cell.Fingerprint);
        }
        Finish();

        void Finish()
        {
            if (draft is null || found.Count == 0) return;
            found.Sort(static (left, right) => left.Id.CompareTo(right.Id));
            set(draft, AttributeSet.Of([.. found.Select(static item => item.Entry)]));
            found.Clear();
        }
    }

    private Draft? Find(long id)
    {
        // Most often it is the next one; else look for it.
        if (_place < _drafts.Count && _drafts[_place].Id < id) _place++;
        if (_place < _drafts.Count && _drafts[_place].Id == id) return _drafts[_place];
        int low = 0, high = _drafts.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (_drafts[middle].Id == id)
            {
                _place = middle;
                return _drafts[middle];
            }
            if (_drafts[middle].Id < id) low = middle + 1;
            else high = middle - 1;
        }
        return null;
    }
}
