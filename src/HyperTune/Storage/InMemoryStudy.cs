using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Storage;

/// <summary>One study of an <see cref="InMemoryStorage"/>, which holds its lock around every call.</summary>
internal sealed class InMemoryStudy(StudyRecord record)
{
    /// <summary>Answers that are remembered for repeated requests; a repetition comes at once or never.</summary>
    private const int RememberedRequests = 4096;

    private readonly TrialTable _trials = new();
    private readonly Dictionary<int, DateTimeOffset> _leases = [];
    private readonly Dictionary<string, Distribution> _distributions = new(StringComparer.Ordinal);
    private readonly Dictionary<Guid, Answer> _answers = [];
    private readonly Queue<Guid> _answeredRequests = [];
    private ParameterSchema? _knownSchema;
    private int _retried;
    private int _studyVersion;

    public StudyRecord Record { get; private set; } = record;

    public StudySummary Summarize() => new()
    {
        Study = Record,
        TrialCount = _trials.Count,
        StartedAt = _trials.FirstStart,
    };

    public void SetAttributes(AttributeChanges changes)
    {
        Record = Record with
        {
            UserAttributes = Record.UserAttributes.With(changes.User),
            SystemAttributes = Record.SystemAttributes
                .With(changes.PutIfAbsent.Where(entry => !Record.SystemAttributes.ContainsKey(entry.Key)).ToArray())
                .With(changes.System),
        };
        _studyVersion++;
    }

    public IReadOnlyList<TrialRecord> Start(TrialStart start, DateTimeOffset now, ref long lastTrialId)
    {
        if (_answers.TryGetValue(start.RequestId, out Answer answer)) return answer.Numbers is { } numbers ? [.. numbers.Select(number => _trials[number!.Value])] : [_trials[answer.Number]];
        int counted = _trials.Count - _trials.WaitingCount - _retried;
        int count = start.TotalTrials is { } total ? Math.Clamp(total - counted, 0, start.Count) : start.Count;
        var started = new TrialRecord[count];
        for (int i = 0; i < count; i++)
        {
            if (_trials.WaitingCount > 0)
            {
                started[i] = _trials[_trials.OldestWaiting] with { State = TrialState.Running, StartedAt = start.StartedAt };
                _trials.Replace(started[i]);
            }
            else
            {
                started[i] = new TrialRecord { Id = new TrialId(++lastTrialId), Number = _trials.Count, State = TrialState.Running, StartedAt = start.StartedAt };
                _trials.Append(started[i]);
            }
            if (start.IsLeased) _leases[started[i].Number] = now;
        }
        Remember(start.RequestId, started.Length == 1 ? new Answer(started[0].Number) : new Answer(0, Array.ConvertAll(started, trial => (int?)trial.Number)));
        return started;
    }

    public IReadOnlyList<int?> Import(TrialImport import, ref long lastTrialId)
    {
        if (_answers.TryGetValue(import.RequestId, out Answer answer)) return answer.Numbers!;
        foreach (Parameter parameter in import.Trials.SelectMany(template => template.Parameters))
        {
            if (_distributions.TryGetValue(parameter.Name, out Distribution? known)) StorageRules.CheckCompatible(parameter, known);
        }
        var numbers = new int?[import.Trials.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            TrialTemplate template = import.Trials[i];
            if (import.SkipIfExists && template.State == TrialState.Waiting && _trials.HasSameGivenParameters(template)) continue;
            numbers[i] = Add(template, ref lastTrialId);
        }
        Remember(import.RequestId, new Answer(0, numbers));
        return numbers;
    }

    public WriteOutcome Write(TrialChanges changes, ref long lastTrialId)
    {
        if (!_trials.TryFind(changes.Trial, out int number)) return WriteOutcome.Unknown;
        TrialRecord trial = _trials[number];
        if (trial.State.IsFinished())
        {
            bool isRepeated = changes.Finish is { } told && _answers.TryGetValue(told.RequestId, out Answer answer) && answer is { Numbers: null } && answer.Number == number;
            return isRepeated ? WriteOutcome.Stored : WriteOutcome.AlreadyFinished;
        }
        if (!AreCompatible(changes.Parameters) || (changes.Finish?.Retry is { } next && !AreCompatible(next.Parameters))) return WriteOutcome.Incompatible;
        Learn(changes.Parameters);
        TrialRecord written = trial with
        {
            State = changes.Finish?.State ?? trial.State,
            Values = changes.Finish is { } end ? [.. end.Values] : trial.Values,
            CompletedAt = changes.Finish?.CompletedAt ?? trial.CompletedAt,
            Parameters = _trials.Merge(trial.Parameters, changes.Parameters),
            IntermediateValues = trial.IntermediateValues.With(changes.IntermediateValues),
            UserAttributes = trial.UserAttributes.With(changes.UserAttributes),
            SystemAttributes = trial.SystemAttributes.With(changes.SystemAttributes),
        };
        if (changes.Study is { } study) SetAttributes(study);
        if (changes.Finish is { } finish)
        {
            _leases.Remove(number);
            Remember(finish.RequestId, new Answer(number));
        }
        _trials.Replace(written);
        if (changes.Finish?.Retry is { } retry)
        {
            Add(retry, ref lastTrialId);
            _retried++;
        }
        return WriteOutcome.Stored;
    }

    public WriteOutcome RenewLease(TrialId trial, DateTimeOffset now)
    {
        if (!_trials.TryFind(trial, out int number)) return WriteOutcome.Unknown;
        if (_trials[number].State.IsFinished()) return WriteOutcome.AlreadyFinished;
        // A waiting trial belongs to nobody, so that nobody can lose it.
        if (_trials[number].State == TrialState.Waiting) return WriteOutcome.Unknown;
        _leases[number] = now;
        return WriteOutcome.Stored;
    }

    public IReadOnlyList<TakenBackTrial> TakeBack(LeaseRules rules, DateTimeOffset now, ref long lastTrialId)
    {
        int[] lapsed = [.. _leases.Where(lease => now - lease.Value > rules.Grace).Select(lease => lease.Key).Order()];
        var taken = new List<TakenBackTrial>(lapsed.Length);
        foreach (int number in lapsed)
        {
            TrialRecord trial = _trials[number];
            TrialTemplate? retry = StorageRules.NextTry(trial, rules.MaxRetries);
            _trials.Replace(trial with { State = TrialState.Failed, CompletedAt = now, SystemAttributes = trial.SystemAttributes.With(SystemKeys.FailReason, StorageRules.LapsedReason) });
            _leases.Remove(number);
            int? retryNumber = retry is null ? null : Add(retry, ref lastTrialId);
            if (retryNumber is not null) _retried++;
            taken.Add(new(trial.Id, number, retryNumber));
        }
        return taken;
    }

    public StudyDelta Read(StudyCursor since)
    {
        var cursor = since as Cursor;
        StudyRecord? study = cursor is null || cursor.StudyVersion != _studyVersion ? Record : null;
        return new StudyDelta { Cursor = new Cursor(_trials.Version, _studyVersion), Study = study, Trials = _trials.Since(cursor?.Changes ?? 0) };
    }

    /// <summary>Remembers the first distribution of each name.</summary>
    private void Learn(IReadOnlyList<Parameter> parameters)
    {
        if (IsKnown(parameters)) return;
        for (int i = 0; i < parameters.Count; i++) _distributions.TryAdd(parameters[i].Name, parameters[i].Distribution);
        _knownSchema = (parameters as ParameterSet)?.Schema;
    }

    /// <summary>Whether the very same names and distributions came with an earlier trial, as they mostly did.</summary>
    private bool IsKnown(IReadOnlyList<Parameter> parameters) => _knownSchema is { } known && parameters is ParameterSet set && ReferenceEquals(set.Schema, known);

    private bool AreCompatible(IReadOnlyList<Parameter> parameters)
    {
        if (IsKnown(parameters)) return true;
        for (int i = 0; i < parameters.Count; i++)
        {
            Parameter parameter = parameters[i];
            if (_distributions.TryGetValue(parameter.Name, out Distribution? known) && !known.IsCompatibleWith(parameter.Distribution)) return false;
        }
        return true;
    }

    private int Add(TrialTemplate template, ref long lastTrialId)
    {
        Learn(template.Parameters);
        var trial = new TrialRecord
        {
            Id = new TrialId(++lastTrialId),
            Number = _trials.Count,
            State = template.State,
            Values = [.. template.Values],
            Parameters = template.Parameters,
            IntermediateValues = template.IntermediateValues,
            UserAttributes = template.UserAttributes,
            SystemAttributes = template.SystemAttributes,
            StartedAt = template.StartedAt,
            CompletedAt = template.CompletedAt,
        };
        _trials.Append(trial);
        return trial.Number;
    }

    private void Remember(Guid request, Answer answer)
    {
        _answers[request] = answer;
        _answeredRequests.Enqueue(request);
        if (_answeredRequests.Count > RememberedRequests) _answers.Remove(_answeredRequests.Dequeue());
    }

    /// <summary>The answer to a request: one trial's number, or those of several (null where one was skipped).</summary>
    private readonly record struct Answer(int Number, int?[]? Numbers = null);

    private sealed record Cursor(long Changes, int StudyVersion) : StudyCursor;
}
