using System.Globalization;
using System.Text;
using HyperTune.Trials;

namespace HyperTune.Storage.Journal;

/// <summary>Entries that are to be appended, each applied as soon as it is written, so that later decisions know of it.</summary>
/// <remarks>The entries of one request are a group, which readers of ours apply as a whole. Any prefix of one is a sound journal: states come last.</remarks>
/// <param name="state">What the journal tells so far; its <see cref="JournalState.Undo"/> is on while a draft is open.</param>
/// <param name="text">Builds the entries.</param>
/// <param name="end">Where the journal ends.</param>
internal sealed class JournalDraft(JournalState state, JournalText text, JournalPosition end)
{
    private readonly List<string> _open = [];
    private readonly List<(int Entries, int Leases, int Released)> _groupEnds = [];
    private readonly List<JournalLease> _leases = [];
    private readonly List<JournalLease> _released = [];

    public JournalState State => state;

    public bool IsEmpty => _open.Count == 0;

    /// <summary>Ends the group of a request.</summary>
    public void EndGroup() => _groupEnds.Add((_open.Count, _leases.Count, _released.Count));

    /// <summary>Drops what was written since the last group ended; the state was taken back already.</summary>
    public void DropGroup()
    {
        (int entries, int leases, int released) = _groupEnds.Count > 0 ? _groupEnds[^1] : default;
        _open.RemoveRange(entries, _open.Count - entries);
        _leases.RemoveRange(leases, _leases.Count - leases);
        _released.RemoveRange(released, _released.Count - released);
    }

    public JournalAppend Finish()
    {
        var entries = new ReadOnlyMemory<byte>[_open.Count];
        int i = 0;
        foreach ((int groupEnd, _, _) in _groupEnds)
        {
            for (; i < groupEnd; i++) entries[i] = Encoding.ASCII.GetBytes(text.Close(_open[i], groupEnd - 1 - i));
        }
        return new JournalAppend { Expected = end, Entries = entries, Leases = [.. _leases.Except(_released)], Released = _released };
    }

    public void CreateStudy(StudyDefinition study)
    {
        Apply(text.Begin(JournalOperation.CreateStudy).Field("study_name", study.Name)
            .Field("directions", AttributeValue.Array(study.Directions.Select(direction => (AttributeValue?)(direction == Direction.Minimize ? 1 : 2)))));
        StudyRecord created = state.Find(study.Name)!.Record;
        SetAttributes(created.Id, new AttributeChanges { User = study.UserAttributes, System = study.SystemAttributes });
    }

    public void DeleteStudy(JournalStudy study)
    {
        for (int number = 0; number < study.Trials.Count; number++)
        {
            if (study.Trials[number].State == TrialState.Running) _released.Add(LeaseOf(study.Trials[number]));
        }
        Apply(text.Begin(JournalOperation.DeleteStudy).Field("study_id", study.Record.Id.Value));
    }

    public void SetAttributes(StudyId study, AttributeChanges changes)
    {
        AttributeSet present = state.Find(study)!.Record.SystemAttributes;
        foreach ((string key, AttributeValue value) in changes.User) SetAttribute(JournalOperation.StudyUserAttribute, "user_attr", key, value);
        foreach ((string key, AttributeValue value) in changes.PutIfAbsent) if (!present.ContainsKey(key)) SetAttribute(JournalOperation.StudySystemAttribute, "system_attr", key, value);
        foreach ((string key, AttributeValue value) in changes.System) SetAttribute(JournalOperation.StudySystemAttribute, "system_attr", key, value);

        void SetAttribute(long operation, string field, string key, AttributeValue value) => Apply(text.Begin(operation).Field("study_id", study.Value).Field(field, key, value));
    }

    /// <summary>Claims a waiting trial.</summary>
    public void Claim(JournalStudy study, TrialRecord trial, TrialStart start)
    {
        Apply(text.Begin(JournalOperation.StateAndValues).Field("trial_id", trial.Id.Value).Field("state", 0).Field("values", [])
            .Field("datetime_start", start.StartedAt).Field(JournalEntry.RequestField, new JournalRequest(start.RequestId)));
        if (start.IsLeased) _leases.Add(LeaseOf(study.Trials[trial.Number]));
    }

    /// <summary>Creates a running trial.</summary>
    public void CreateTrial(JournalStudy study, TrialStart start)
    {
        Apply(text.Begin(JournalOperation.CreateTrial).Field("study_id", study.Record.Id.Value).Field("datetime_start", start.StartedAt)
            .Field(JournalEntry.RequestField, new JournalRequest(start.RequestId)));
        if (start.IsLeased) _leases.Add(LeaseOf(study.Trials[study.Trials.Count - 1]));
    }

    /// <summary>Adds a trial as it is given.</summary>
    /// <returns>Its number.</returns>
    public int AddTrial(JournalStudy study, TrialTemplate trial, JournalRequest? request = null, bool isRetry = false)
    {
        bool isSingle = study.Record.Directions.Count == 1;
        text.Begin(JournalOperation.CreateTrial).Field("study_id", study.Record.Id.Value).Field("datetime_start", trial.StartedAt).Field("state", StateOf(trial.State));
        if (isSingle && trial.Values.Count == 1) text.Field("value", trial.Values[0]);
        else text.Field("value", null as string);
        text.Field("values", isSingle ? [] : trial.Values);
        if (trial.CompletedAt is { } completedAt) text.Field("datetime_complete", completedAt);
        text.Field("distributions", trial.Parameters, static (builder, parameter) => PythonJson.Append(builder, parameter.Name), static (builder, parameter) => PythonJson.Append(builder, parameter.Distribution.ToJson()))
            .Field("params", trial.Parameters, static (builder, parameter) => PythonJson.Append(builder, parameter.Name), static (builder, parameter) => PythonJson.Append(builder, parameter.Value))
            .Field("user_attrs", trial.UserAttributes)
            .Field("system_attrs", trial.SystemAttributes)
            .Field("intermediate_values", trial.IntermediateValues,
                static (builder, report) => builder.Append(CultureInfo.InvariantCulture, $"\"{report.Key}\""), static (builder, report) => PythonJson.Append(builder, report.Value))
            .Field(JournalEntry.RequestField, request);
        if (isRetry && !trial.SystemAttributes.ContainsKey(SystemKeys.FailedTrial)) text.Field(JournalEntry.RetryField, 1);
        Apply(text);
        return study.Trials.Count - 1;
    }

    /// <summary>Writes the changes of an unfinished trial, its end last.</summary>
    public void Change(JournalStudy study, int number, TrialChanges changes)
    {
        long id = changes.Trial.Value;
        for (int i = 0; i < changes.Parameters.Count; i++)
        {
            Parameter parameter = changes.Parameters[i];
            // The first value stays, where a replay would take the last.
            if (study.Trials[number].Parameters.Contains(parameter.Name)) continue;
            Apply(text.Begin(JournalOperation.Parameter).Field("trial_id", id).Field("param_name", parameter.Name).Field("param_value_internal", parameter.Value)
                .Field("distribution", parameter.Distribution.ToJson()));
        }
        foreach ((long step, double value) in changes.IntermediateValues)
            Apply(text.Begin(JournalOperation.IntermediateValue).Field("trial_id", id).Field("step", step).Field("intermediate_value", value));
        foreach ((string key, AttributeValue value) in changes.UserAttributes) Apply(text.Begin(JournalOperation.TrialUserAttribute).Field("trial_id", id).Field("user_attr", key, value));
        foreach ((string key, AttributeValue value) in changes.SystemAttributes) SetSystemAttribute(id, key, value);
        if (changes.Study is { } attributes) SetAttributes(study.Record.Id, attributes);
        if (changes.Finish is not { } finish) return;
        if (finish.Retry is { } retry) AddTrial(study, retry, isRetry: true);
        End(study.Trials[number], finish.State, finish.Values, finish.CompletedAt, new JournalRequest(finish.RequestId));
    }

    /// <summary>Fails a trial whose lease has lapsed.</summary>
    /// <returns>The number of its retry, if there is one.</returns>
    public int? TakeBack(JournalStudy study, TrialRecord trial, TrialTemplate? retry, DateTimeOffset now)
    {
        SetSystemAttribute(trial.Id.Value, SystemKeys.FailReason, StorageRules.LapsedReason);
        int? number = retry is null ? null : AddTrial(study, retry, isRetry: true);
        End(trial, TrialState.Failed, [], now, null);
        return number;
    }

    /// <summary>The lease of a running trial: its start tells it from a trial of another journal.</summary>
    public static JournalLease LeaseOf(TrialRecord trial) => new(trial.Id.Value, (trial.StartedAt?.UtcTicks ?? 0) / TimeSpan.TicksPerMicrosecond);

    private void SetSystemAttribute(long trial, string key, AttributeValue value) =>
        Apply(text.Begin(JournalOperation.TrialSystemAttribute).Field("trial_id", trial).Field("system_attr", key, value));

    private void End(TrialRecord trial, TrialState final, IReadOnlyList<double> values, DateTimeOffset completedAt, JournalRequest? request)
    {
        Apply(text.Begin(JournalOperation.StateAndValues).Field("trial_id", trial.Id.Value).Field("state", StateOf(final)).Field("values", values)
            .Field("datetime_complete", completedAt).Field(JournalEntry.RequestField, request));
        _released.Add(LeaseOf(trial));
    }

    private void Apply(JournalText entry)
    {
        string open = entry.Open();
        // Read back as every other reader will, so that the state is what the journal says and nothing else.
        state.Apply(JournalEntry.Parse(entry.Close(open, 0), state.Names), end.Entries + _open.Count);
        _open.Add(open);
    }

    private static long StateOf(TrialState trial) => trial switch
    {
        TrialState.Running => 0,
        TrialState.Complete => 1,
        TrialState.Pruned => 2,
        TrialState.Failed => 3,
        _ => 4,
    };
}
