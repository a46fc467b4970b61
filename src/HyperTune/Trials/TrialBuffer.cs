using System.Diagnostics.CodeAnalysis;

namespace HyperTune.Trials;

/// <summary>All that a running trial has done so far, and which part of it is not yet in the storage. Safe for concurrent use.</summary>
/// <remarks>
/// The trial appends; one pump per study takes what is unwritten with <see cref="TryTake"/> and, once the storage has it, calls
/// <see cref="Confirm"/>. A write that fails is not confirmed, so that its content goes with the next one.
/// </remarks>
internal sealed class TrialBuffer(TrialRecord start) : INoteTarget
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
    private AttributeBuffer _user = new(start.UserAttributes);
    private AttributeBuffer _system = new(start.SystemAttributes);
    private AttributeChanges? _unwrittenStudy;
    private TrialEnd? _end;

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

    public AttributeSet SystemAttributes
    {
        get
        {
            lock (_gate) return _system.All;
        }
    }

    public AttributeSet UserAttributes
    {
        get
        {
            lock (_gate) return _user.All;
        }
    }

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

    /// <summary>How much is not yet in the storage: parameters, reports and attributes.</summary>
    public UnwrittenChanges Unwritten
    {
        get
        {
            lock (_gate) return new(_schema.Count - _writtenParameters, ReportCount - _writtenReports, _user.Unwritten.Count + _system.Unwritten.Count);
        }
    }

    public void SetUserAttribute(string key, AttributeValue value)
    {
        lock (_gate) _user.Set(key, value);
    }

    public void SetSystemAttribute(string key, AttributeValue value)
    {
        lock (_gate) _system.Set(key, value);
    }

    public void ChangeStudy(AttributeChanges changes)
    {
        lock (_gate) _unwrittenStudy = _unwrittenStudy?.Then(changes) ?? changes;
    }

    public void Finish(TrialEnd end)
    {
        lock (_gate) _end = end;
    }

    /// <summary>Takes back an end that could not be stored, with all that belongs to it, so that it or another one can be told.</summary>
    public void Unfinish()
    {
        lock (_gate) _end = null;
    }

    /// <summary>Gives what is not yet in the storage; false when there is nothing.</summary>
    public bool TryTake([NotNullWhen(true)] out TrialChanges? changes)
    {
        lock (_gate)
        {
            bool isEmpty = _writtenParameters == _schema.Count && _writtenReports == ReportCount && _user.IsWritten && _system.IsWritten
                && _unwrittenStudy is null && _end is null;
            changes = isEmpty ? null : new TrialChanges
            {
                Trial = Id,
                Parameters = _writtenParameters == 0 ? Set() : _writtenParameters == _schema.Count ? [] : [.. Set().Skip(_writtenParameters)],
                IntermediateValues = _writtenReports == ReportCount ? [] : [.. _reports!.Skip(_writtenReports)],
                UserAttributes = _user.Unwritten,
                SystemAttributes = _end is null ? _system.Unwritten : _system.Unwritten.With(_end.SystemAttributes),
                Study = _end?.Study is { } ofEnd ? _unwrittenStudy?.Then(ofEnd) ?? ofEnd : _unwrittenStudy,
                Finish = _end?.Finish,
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
            _user.Confirm(written.UserAttributes);
            _system.Confirm(written.SystemAttributes);
            if (_unwrittenStudy is { } study && written.Study is { } writtenStudy) _unwrittenStudy = Without(study, writtenStudy);
            if (written.Finish is null || _end is null) return;
            _system.AddWritten(_end.SystemAttributes);
            _end = null;
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
                UserAttributes = _user.All,
                SystemAttributes = _system.All,
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
            User = AttributeBuffer.Without(unwritten.User, written.User),
            System = AttributeBuffer.Without(unwritten.System, written.System),
            PutIfAbsent = AttributeBuffer.Without(unwritten.PutIfAbsent, written.PutIfAbsent),
        };
        return rest.IsEmpty ? null : rest;
    }
}
