using System.Globalization;
using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Storage.Journal;

/// <summary>Everything that a journal tells, by replaying its entries as Optuna does. Not safe for concurrent use.</summary>
/// <remarks>
/// Ids of studies and trials are counted over accepted creations. An operation that does not fit, such as one on a finished trial, is passed
/// over. What cannot be understood of a trial makes that trial unreadable; what cannot be understood otherwise is an error, since all later ids may hang on it.
/// </remarks>
/// <param name="local">The time zone of times without an offset.</param>
internal sealed partial class JournalState(TimeZoneInfo local)
{
    private readonly List<JournalStudy> _studies = [];
    private readonly Dictionary<string, JournalStudy> _byName = new(StringComparer.Ordinal);
    private readonly List<(JournalStudy Study, int Number)> _trials = [];
    private readonly Dictionary<string, Distribution> _distributions = new(StringComparer.Ordinal);

    /// <summary>Names and other texts that most entries have.</summary>
    public StringCache Names { get; } = new();

    /// <summary>Takes down how to undo what is applied; null when it is to stay.</summary>
    public JournalUndo? Undo { get; set; }

    /// <summary>Is told why an entry is passed over.</summary>
    public Action<string>? PassedOver { get; init; }

    /// <summary>Is told of each attribute of a study, of the user's or not, that is left out because it is nested too deep.</summary>
    public Action<JournalStudy, bool, string>? LeftOut { get; init; }

    public IEnumerable<JournalStudy> Studies => _studies.Where(study => !study.IsDeleted);

    public JournalStudy? Find(StudyId id) => id.Value >= 0 && id.Value < _studies.Count && !_studies[(int)id.Value].IsDeleted ? _studies[(int)id.Value] : null;

    public JournalStudy? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>A trial of any study that was not deleted.</summary>
    public TrialRecord? Find(TrialId id) =>
        id.Value >= 0 && id.Value < _trials.Count && _trials[(int)id.Value] is (var study, var number) && !study.IsDeleted ? study.Trials[number] : null;

    /// <summary>Applies the next entry.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="index">Its place in the journal, for messages.</param>
    /// <exception cref="FormatException">It cannot be understood.</exception>
    public void Apply(JournalEntry entry, long index)
    {
        switch (entry.Integer("op_code"))
        {
            case JournalOperation.CreateStudy: CreateStudy(entry); break;
            case JournalOperation.DeleteStudy: DeleteStudy(entry); break;
            case JournalOperation.StudyUserAttribute: SetStudyAttributes(entry, "user_attr", isUser: true); break;
            case JournalOperation.StudySystemAttribute: SetStudyAttributes(entry, "system_attr", isUser: false); break;
            case JournalOperation.CreateTrial: CreateTrial(entry, index); break;
            case >= JournalOperation.Parameter and <= JournalOperation.TrialSystemAttribute: ChangeTrial(entry, index); break;
            case JournalOperation.Discarded: break;
            case long code: throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"the operation {code} is unknown; a newer program may have written it."));
        }
    }

    private void CreateStudy(JournalEntry entry)
    {
        string name = entry.Text("study_name");
        Direction[] directions = [.. entry.Items("directions").Select(DirectionOf)];
        if (_byName.ContainsKey(name))
        {
            PassedOver?.Invoke("create a study whose name was taken");
            return;
        }
        var study = new JournalStudy(new StudyRecord { Id = new StudyId(_studies.Count), Name = name, Directions = directions });
        _studies.Add(study);
        _byName.Add(name, study);
        Undo?.Add(() =>
        {
            _byName.Remove(name);
            _studies.RemoveAt(_studies.Count - 1);
        });
    }

    private void DeleteStudy(JournalEntry entry)
    {
        if (FindOwner(entry) is not { } study) return;
        study.IsDeleted = true;
        _byName.Remove(study.Record.Name);
        Undo?.Add(() =>
        {
            study.IsDeleted = false;
            _byName.Add(study.Record.Name, study);
        });
    }

    private void SetStudyAttributes(JournalEntry entry, string field, bool isUser)
    {
        KeyValuePair<string, AttributeValue>[] changes = entry.MembersOfAnyDepth(field);
        if (FindOwner(entry) is not { } study) return;
        StudyRecord before = study.Record;
        AttributeSet after = (isUser ? before.UserAttributes : before.SystemAttributes).With(changes);
        if (Array.Exists(changes, JournalEntry.IsTooDeep))
        {
            after = AttributeSet.Of(after.Where(static attribute => !JournalEntry.IsTooDeep(attribute)));
            foreach (KeyValuePair<string, AttributeValue> change in changes) if (JournalEntry.IsTooDeep(change)) LeftOut?.Invoke(study, isUser, change.Key);
        }
        study.Record = isUser ? before with { UserAttributes = after } : before with { SystemAttributes = after };
        Undo?.Add(() => study.Record = before);
    }

    /// <summary>The study that an entry is about.</summary>
    private JournalStudy? FindOwner(JournalEntry entry)
    {
        JournalStudy? study = Find(new StudyId(entry.Integer("study_id")));
        if (study is null) PassedOver?.Invoke("change a study that did not exist");
        return study;
    }

    private void CreateTrial(JournalEntry entry, long index)
    {
        if (FindOwner(entry) is not { } study) return;
        var blank = new TrialRecord { Id = new TrialId(_trials.Count), Number = study.Trials.Count, State = TrialState.Running };
        UnreadableTrial? fault = null;
        TrialRecord trial;
        try
        {
            trial = ReadTrial(entry, study, blank);
        }
        catch (FormatException exception)
        {
            // It has its ids all the same, which all later ones are counted from.
            trial = blank with { State = TrialState.Failed };
            fault = Fault(blank, index, exception);
        }
        bool isRetry = entry.Find(JournalEntry.RetryField) is not null || trial.SystemAttributes.ContainsKey(SystemKeys.FailedTrial);
        Add(study, trial, isRetry, fault);
        Remember(entry, study, trial.Number);
    }

    /// <summary>Adds a trial that was read from a journal or from a snapshot of one.</summary>
    private void Add(JournalStudy study, TrialRecord trial, bool isRetry, UnreadableTrial? fault)
    {
        study.Trials.Append(trial);
        _trials.Add((study, trial.Number));
        if (isRetry) study.Retried++;
        if (fault is not null) study.Unreadable[trial.Number] = fault;
        Undo?.Add(() =>
        {
            study.Trials.RemoveLast();
            _trials.RemoveAt(_trials.Count - 1);
            if (isRetry) study.Retried--;
            study.Unreadable.Remove(trial.Number);
        });
        for (int i = 0; i < trial.Parameters.Count; i++) Learn(study, trial.Number, trial.Parameters.Names[i], trial.Parameters[i].Distribution);
    }

    private TrialRecord ReadTrial(JournalEntry entry, JournalStudy study, TrialRecord blank)
    {
        DateTimeOffset? startedAt = Time(entry, "datetime_start");
        if (entry.Find("state") is null) return blank with { StartedAt = startedAt };
        var parameters = new List<Parameter>();
        foreach ((string name, AttributeValue value) in entry.Members("params"))
        {
            AttributeValue? text = entry.Members("distributions").FirstOrDefault(member => member.Key == name).Value;
            if (text is null || !text.TryGetString(out string? json)) throw new FormatException($"the parameter '{name}' has no distribution.");
            parameters.Add(ParameterOf(name, json, Number(value, name)));
        }
        TrialState state = StateOf(entry.Integer("state"));
        IReadOnlyList<double> values = ValuesOf(entry.Find("values"))
            ?? (entry.Find("value") is { IsNull: false } value1 ? [Number(value1, "value")] : []);
        CheckValues(study, state, values);
        return blank with
        {
            State = state,
            StartedAt = startedAt,
            CompletedAt = Time(entry, "datetime_complete"),
            Values = values,
            Parameters = study.Trials.Merge(ParameterSet.Empty, parameters),
            IntermediateValues = IntermediateValues.Of(entry.Members("intermediate_values").Select(report => KeyValuePair.Create(StepOf(report.Key), Number(report.Value, report.Key))).ToArray()),
            UserAttributes = AttributeSet.Of(entry.Members("user_attrs")),
            SystemAttributes = AttributeSet.Of(entry.Members("system_attrs")),
        };
    }

    private void ChangeTrial(JournalEntry entry, long index)
    {
        long id = entry.Integer("trial_id");
        if (Find(new TrialId(id)) is not { } trial)
        {
            PassedOver?.Invoke("change a trial that did not exist");
            return;
        }
        (JournalStudy study, int number) = _trials[(int)id];
        if (trial.State.IsFinished())
        {
            PassedOver?.Invoke("change a trial that had ended");
            return;
        }
        TrialRecord? changed;
        try
        {
            changed = Change(entry, study, trial);
        }
        catch (FormatException exception)
        {
            if (!study.Unreadable.ContainsKey(number))
            {
                study.Unreadable.Add(number, Fault(trial, index, exception));
                Undo?.Add(() => study.Unreadable.Remove(number));
            }
            // Noted as changed, so that readers learn of it.
            changed = trial;
        }
        if (changed is null) return;
        study.Trials.Replace(changed);
        Undo?.Add(() => study.Trials.Replace(trial));
    }

    /// <summary>The trial as an entry leaves it; null if the entry is passed over.</summary>
    private TrialRecord? Change(JournalEntry entry, JournalStudy study, TrialRecord trial)
    {
        switch (entry.Integer("op_code"))
        {
            case JournalOperation.Parameter:
                Parameter parameter = ParameterOf(entry.Text("param_name"), entry.Text("distribution"), entry.Number("param_value_internal"));
                if (!study.IsCompatible(parameter.Name, parameter.Distribution))
                {
                    PassedOver?.Invoke("store a parameter whose distribution did not fit the study's");
                    return null;
                }
                Learn(study, trial.Number, parameter.Name, parameter.Distribution);
                return trial with { Parameters = study.Trials.With(trial.Parameters, parameter) };
            case JournalOperation.StateAndValues:
                TrialState state = StateOf(entry.Integer("state"));
                if (state == TrialState.Running && trial.State == TrialState.Running)
                {
                    PassedOver?.Invoke("start a trial that was running");
                    return null;
                }
                IReadOnlyList<double> values = ValuesOf(entry.Find("values")) ?? trial.Values;
                CheckValues(study, state, values);
                Remember(entry, study, trial.Number);
                return trial with
                {
                    State = state,
                    Values = values,
                    StartedAt = state == TrialState.Running ? Time(entry, "datetime_start") : trial.StartedAt,
                    CompletedAt = state.IsFinished() ? Time(entry, "datetime_complete") : trial.CompletedAt,
                };
            case JournalOperation.IntermediateValue:
                long step = entry.Integer("step");
                if (step < 0) throw new FormatException("the step is below 0.");
                return trial with { IntermediateValues = trial.IntermediateValues.With([KeyValuePair.Create(step, entry.Number("intermediate_value"))]) };
            case JournalOperation.TrialUserAttribute:
                return trial with { UserAttributes = trial.UserAttributes.With(entry.Members("user_attr")) };
            default:
                return trial with { SystemAttributes = trial.SystemAttributes.With(entry.Members("system_attr")) };
        }
    }

    /// <summary>Keeps for each name the distribution of the lowest number that has it.</summary>
    private void Learn(JournalStudy study, int number, string name, Distribution distribution)
    {
        bool isKnown = study.First.TryGetValue(name, out var known);
        if (isKnown && known.Number < number) return;
        study.First[name] = (number, distribution);
        Undo?.Add(() =>
        {
            if (isKnown) study.First[name] = known;
            else study.First.Remove(name);
        });
    }

    private void Remember(JournalEntry entry, JournalStudy study, int number)
    {
        if (!JournalRequest.TryParse(entry.Find(JournalEntry.RequestField), out JournalRequest request)) return;
        JournalAnswer answer = study.Answer(request.Id, request.Count);
        answer.Trials.Add((request.Place, number));
        Undo?.Add(() => answer.Trials.RemoveAt(answer.Trials.Count - 1));
    }

    private Parameter ParameterOf(string name, string json, double value)
    {
        Distribution distribution = DistributionOf(json);
        if (distribution is CategoricalDistribution && !distribution.Contains(value))
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{value} is no index of the choices of '{name}'."));
        return double.IsNaN(value) ? throw new FormatException($"the parameter '{name}' is NaN.") : new Parameter(name, distribution, value);
    }

    private Distribution DistributionOf(string json)
    {
        if (!_distributions.TryGetValue(json, out Distribution? distribution)) _distributions.Add(json, distribution = Distribution.Parse(json));
        return distribution;
    }

    private DateTimeOffset? Time(JournalEntry entry, string field) => entry.OptionalText(field) is { } text ? JournalTimes.Read(text, local) : null;

    private static double[]? ValuesOf(AttributeValue? values)
    {
        if (values is null || values.IsNull) return null;
        return values.Kind == AttributeKind.Array ? [.. values.Items.Select(value => Number(value, "values"))] : throw new FormatException("the field 'values' is no array.");
    }

    private static void CheckValues(JournalStudy study, TrialState state, IReadOnlyList<double> values)
    {
        int objectives = study.Record.Directions.Count;
        if (state == TrialState.Complete && values.Count != objectives)
            throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"a complete trial has {values.Count} value(s), but the study has {objectives} objective(s)."));
    }

    private static double Number(AttributeValue value, string field) =>
        value.TryGetDouble(out double number) ? number : throw new FormatException($"the field '{field}' holds something that is no number.");

    private static long StepOf(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : throw new FormatException($"the step '{text}' is no whole number from 0.");

    private static TrialState StateOf(long state) => state switch
    {
        0 => TrialState.Running,
        1 => TrialState.Complete,
        2 => TrialState.Pruned,
        3 => TrialState.Failed,
        4 => TrialState.Waiting,
        _ => throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"the state {state} is unknown.")),
    };

    private static Direction DirectionOf(AttributeValue direction) => direction.TryGetInt64(out long value) ? value switch
    {
        1 => Direction.Minimize,
        2 => Direction.Maximize,
        _ => throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"the direction {value} is unknown.")),
    }
    : throw new FormatException("a direction is no whole number.");

    private static UnreadableTrial Fault(TrialRecord trial, long index, FormatException exception) =>
        new(trial.Id, trial.Number, string.Create(CultureInfo.InvariantCulture, $"journal entry {index}"), exception.Message);
}
