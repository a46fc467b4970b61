using System.Diagnostics.CodeAnalysis;

namespace HyperTune.Trials;

/// <summary>All that a running trial has done so far, and which part of it is not yet in the storage. Safe for concurrent use.</summary>
/// <remarks>
/// The trial appends; one pump per study takes what is unwritten with <see cref="TryTake"/> and, once the storage has it, calls
/// <see cref="Confirm"/>. A write that fails is not confirmed, so that its content goes with the next one.
/// </remarks>
internal sealed class TrialBuffer(TrialRecord start)
{
    private readonly Lock _gate = new();
    // Null until the first report: most trials of a cheap objective never report.
    private List<KeyValuePair<long, double>>? _reports = start.IntermediateValues.Count == 0 ? null : [.. start.IntermediateValues];
    private ParameterSchema _schema = start.Parameters.Schema;
    private ParameterSet? _parameters = start.Parameters;
    private double[] _values = start.Parameters.Values.ToArray();
    private int _writtenParameters = start.Parameters.Count;
    private int _writtenReports = start.IntermediateValues.Count;
    private long _highestStep = start.IntermediateValues.LastStep;
    private IntermediateValues? _reportsByStep = start.IntermediateValues;
    private AttributeSet _user = start.UserAttributes;
    private AttributeSet _system = start.SystemAttributes;
    private AttributeSet _unwrittenUser = AttributeSet.Empty;
    private AttributeSet _unwrittenSystem = AttributeSet.Empty;
    private AttributeChanges? _unwrittenStudy;
    private TrialFinish? _finish;

    public TrialId Id => start.Id;

    public int Number => start.Number;

    public ParameterSet Parameters
    {
        get
        {
            if (Volatile.Read(ref _parameters) is { } known) return known;
            lock (_gate) return Set();
        }
    }

    public AttributeSet SystemAttributes => Volatile.Read(ref _system);

    public AttributeSet UserAttributes => Volatile.Read(ref _user);

    public IntermediateValues IntermediateValues
    {
        get
        {
            lock (_gate) return Reports();
        }
    }

    /// <summary>Whether attributes of the study wait to be written with the trial.</summary>
    public bool HasStudyChanges
    {
        get
        {
            lock (_gate) return _unwrittenStudy is not null;
        }
    }

    /// <summary>Appends a parameter whose name must be new.</summary>
    public void AddParameter(ParameterSchema schema, double value)
    {
        lock (_gate)
        {
            int index = schema.Count - 1;
            if (index >= _values.Length) Array.Resize(ref _values, Math.Max(schema.Reach, index + 1));
            _values[index] = value;
            _schema = schema;
            // Made when somebody asks: mostly once, at the end.
            Volatile.Write(ref _parameters, null);
        }
    }

    /// <summary>Appends a report; false when the step was reported before, which changes nothing.</summary>
    public bool TryAddReport(long step, double value)
    {
        lock (_gate)
        {
            // Steps mostly ascend, so that the highest one tells; else look at all of them.
            if (step <= _highestStep && Reports().ContainsKey(step)) return false;
            _highestStep = Math.Max(_highestStep, step);
            (_reports ??= []).Add(new(step, value));
            _reportsByStep = null;
            return true;
        }
    }

    public void SetUserAttribute(string key, AttributeValue value)
    {
        lock (_gate)
        {
            _user = _user.With(key, value);
            _unwrittenUser = _unwrittenUser.With(key, value);
        }
    }

    public void SetSystemAttribute(string key, AttributeValue value)
    {
        lock (_gate)
        {
            _system = _system.With(key, value);
            _unwrittenSystem = _unwrittenSystem.With(key, value);
        }
    }

    /// <summary>Adds or replaces several attributes; a trial without others keeps the very set, which trials can so share.</summary>
    public void SetSystemAttributes(AttributeSet attributes)
    {
        lock (_gate)
        {
            _system = _system.With(attributes);
            _unwrittenSystem = _unwrittenSystem.With(attributes);
        }
    }

    public void ChangeStudy(AttributeChanges changes)
    {
        lock (_gate) _unwrittenStudy = _unwrittenStudy is null ? changes : _unwrittenStudy.Then(changes);
    }

    public void Finish(TrialFinish finish)
    {
        lock (_gate) _finish = finish;
    }

    /// <summary>Takes back an end that could not be stored, so that it can be told again.</summary>
    public void Unfinish()
    {
        lock (_gate) _finish = null;
    }

    /// <summary>Gives what is not yet in the storage; false when there is nothing.</summary>
    public bool TryTake([NotNullWhen(true)] out TrialChanges? changes)
    {
        lock (_gate)
        {
            bool isEmpty = _writtenParameters == _schema.Count && _writtenReports == ReportCount && _unwrittenUser.Count == 0
                && _unwrittenSystem.Count == 0 && _unwrittenStudy is null && _finish is null;
            changes = isEmpty ? null : new TrialChanges
            {
                Trial = Id,
                Parameters = _writtenParameters == 0 ? Set() : _writtenParameters == _schema.Count ? [] : [.. Set().Skip(_writtenParameters)],
                IntermediateValues = _writtenReports == ReportCount ? [] : [.. _reports!.Skip(_writtenReports)],
                UserAttributes = _unwrittenUser,
                SystemAttributes = _unwrittenSystem,
                Study = _unwrittenStudy,
                Finish = _finish,
            };
            return !isEmpty;
        }
    }

    /// <summary>Notes that the storage has what <see cref="TryTake"/> gave.</summary>
    public void Confirm(TrialChanges written)
    {
        lock (_gate)
        {
            _writtenParameters += written.Parameters.Count;
            _writtenReports += written.IntermediateValues.Count;
            _unwrittenUser = Without(_unwrittenUser, written.UserAttributes);
            _unwrittenSystem = Without(_unwrittenSystem, written.SystemAttributes);
            if (_unwrittenStudy is { } study && written.Study is { } writtenStudy) _unwrittenStudy = Without(study, writtenStudy);
            if (written.Finish is not null) _finish = null;
        }
    }

    /// <summary>The trial as it is now, written or not.</summary>
    public TrialRecord ToRecord()
    {
        lock (_gate)
        {
            return start with
            {
                Parameters = Set(),
                IntermediateValues = Reports(),
                UserAttributes = _user,
                SystemAttributes = _system,
            };
        }
    }

    private int ReportCount => _reports?.Count ?? 0;

    private IntermediateValues Reports() => _reportsByStep ??= IntermediateValues.Of(_reports ?? []);

    private ParameterSet Set()
    {
        if (_parameters is null) Volatile.Write(ref _parameters, new ParameterSet(_schema, _values));
        return _parameters!;
    }

    /// <summary>What changed since; what is written must not be written again, over what another process has written in between.</summary>
    private static AttributeChanges? Without(AttributeChanges unwritten, AttributeChanges written)
    {
        if (ReferenceEquals(unwritten, written)) return null;
        var rest = new AttributeChanges
        {
            User = Without(unwritten.User, written.User),
            System = Without(unwritten.System, written.System),
            PutIfAbsent = Without(unwritten.PutIfAbsent, written.PutIfAbsent),
        };
        return rest.IsEmpty ? null : rest;
    }

    private static AttributeSet Without(AttributeSet unwritten, AttributeSet written)
    {
        if (ReferenceEquals(unwritten, written) || unwritten.Count == 0) return AttributeSet.Empty;
        return Difference(unwritten, written);
    }

    private static AttributeSet Difference(AttributeSet unwritten, AttributeSet written) =>
        AttributeSet.Of(unwritten.Where(entry => !(written.TryGetValue(entry.Key, out AttributeValue? value) && ReferenceEquals(value, entry.Value))));
}
