using System.Diagnostics.CodeAnalysis;
using HyperTune.Diagnostics;
using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Samplers;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>A trial that this process runs for a study.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A token source without a timer holds nothing that needs disposal, and the objective may keep its token.")]
internal sealed class StudyTrial : Trial
{
    private readonly StudySession _session;
    private CancellationTokenSource? _cancellation;
    private readonly ParameterSet _given;
    private AttributeValue? _fixed;
    private ParameterSchema _schema;
    private const int FirstDrawn = 16;
    private const long NoStride = -1;

    private char[] _drawn;
    private ToldEnd? _told;
    private volatile string? _lostReason;
    private volatile bool _hasEnded;
    private int _repeatWarned;
    private long _stride = NoStride;

    public StudyTrial(StudySession session, TrialRecord record, RemainingBudget remaining, int workers)
    {
        _session = session;
        _drawn = new char[Math.Max(FirstDrawn, record.Parameters.Count)];
        _drawn.AsSpan().Fill(DrawnParameters.LetterOf(ParameterOrigin.Given));
        Started = record;
        Buffer = new TrialBuffer(record);
        _schema = record.Parameters.Count == 0 ? session.Schemas : ParameterSet.Of(session.Schemas, record.Parameters).Schema;
        _given = record.Parameters;
        if (record.SystemAttributes.TryGetValue(SystemKeys.FixedParams, out AttributeValue? given) && given.Kind == AttributeKind.Object) _fixed = given;
        History = session.Builder.Current;
        if (record.IntermediateValues.Count > 0) _stride = FoldReports.StrideOf(record.SystemAttributes);
        Context = new TrialContext(Buffer, session.Seed, record.Parameters) { Remaining = remaining, Workers = workers };
    }

    public TrialRecord Started { get; }

    /// <summary>The trial's place in the order of sampling; negative for one that another process started and this one only ends.</summary>
    public long Ticket { get; set; } = -1;

    /// <summary>Whether this process keeps the trial alive, and gives it back when the study is disposed.</summary>
    public bool IsLeased { get; init; } = true;

    public TrialBuffer Buffer { get; }

    public TrialContext Context { get; }

    /// <summary>The history as it was when the trial was sampled.</summary>
    public StudyHistory History { get; set; }

    /// <summary>What the sampler drew jointly.</summary>
    public ParameterSet Joint { get; set; } = ParameterSet.Empty;

    /// <summary>Values drawn beforehand, one by one, to see whether the trial would repeat another.</summary>
    public ParameterSet DrawnAhead { get; set; } = ParameterSet.Empty;

    /// <summary>Whether pruners see the history of the trial's start rather than the newest one.</summary>
    public bool IsFrozen { get; set; }

    /// <summary>Whether somebody looks at the history once the trial has ended and before another one starts, which costs a read.</summary>
    public bool IsEndShown { get; set; } = true;

    /// <summary>When the trial is to evaluate a known configuration again; null for never.</summary>
    public ReevaluationOptions? Reevaluation { get; set; }

    public bool IsTimedOut { get; private set; }

    /// <summary>The start of the trial that its worker goes on with, asked for together with the end of this one; null for none.</summary>
    public StartRequest? Next { get; set; }

    /// <summary>What was told for the trial, so that telling the same again is recognized.</summary>
    public ToldEnd? Told => Volatile.Read(ref _told);

    /// <summary>Whether parameters were given with the trial: it was enqueued, or is a retry.</summary>
    public bool IsGiven => _fixed is not null || _given.Count > 0;

    public override int Number => Started.Number;

    public override IReadOnlyDictionary<string, object?> Params => Buffer.Parameters.ToOrderedDictionary(static parameter => parameter.External);

    public override IReadOnlyDictionary<string, AttributeValue> UserAttributes => Buffer.UserAttributes;

    public override CancellationToken CancellationToken => Cancellation.Token;

    public string? LostReason => _lostReason;

    public bool HasEnded => _hasEnded;

    /// <summary>What the trial has asked for, followed by what it was given or drawn, jointly or beforehand, and will ask for.</summary>
    public ParameterSet Expected
    {
        get
        {
            ParameterSet expected = Buffer.Parameters;
            foreach (Parameter parameter in Context.FixedParameters.Concat(Joint).Concat(DrawnAhead))
            {
                if (!expected.Contains(parameter.Name)) expected = expected.With(parameter.Name, parameter.Distribution, parameter.Value);
            }
            return expected;
        }
    }

    private protected override void Report(ObjectiveValues values, long step, long stride)
    {
        ThrowIfOver();
        TrialRules.CheckStep(step);
        CheckCount(values);
        NoteStride(stride);
        if (!Buffer.TryAddReport(step, values[0]))
        {
            if (Interlocked.Exchange(ref _repeatWarned, 1) == 0) Log.RepeatedReport(_session.Logger, _session.Name, Number, step);
            return;
        }
        if (values.Count > 1) Buffer.SetSystemAttribute(SystemKeys.ReportPrefix + step.ToString(System.Globalization.CultureInfo.InvariantCulture), values.ToArray());
        _session.Pump.NoteReport();
    }

    public override void SetUserAttribute(string name, AttributeValue value)
    {
        ThrowIfOver();
        Buffer.SetUserAttribute(Guard.Name(name), Guard.NotNull(value));
        _session.Pump.NoteChange();
    }

    public override void SetConstraint(string name, double value)
    {
        ThrowIfOver();
        TrialRules.CheckConstraint(name, value);
        Buffer.SetSystemAttribute(SystemKeys.ConstraintPrefix + name, value);
        _session.Pump.NoteChange();
    }

    public override void SetStandardError(ObjectiveValues values)
    {
        ThrowIfOver();
        CheckCount(values);
        TrialRules.CheckStandardErrors(values);
        Buffer.SetSystemAttribute(SystemKeys.StandardErrors, values.ToArray());
        _session.Pump.NoteChange();
    }

    /// <summary>Made when somebody wants it: most trials are neither cancelled nor ask.</summary>
    private CancellationTokenSource Cancellation => LazyInitializer.EnsureInitialized(ref _cancellation, static () => new CancellationTokenSource());

    /// <summary>The history for what is decided while the trial runs: with the rows of now, unless the trial is frozen, and the siblings of its start.</summary>
    public StudyHistory NewestHistory
    {
        get
        {
            StudyHistory current = _session.Builder.Current;
            return IsFrozen || current.Count == History.Count ? History : current.WithRunning(History.Running);
        }
    }

    public bool BelongsTo(StudySession session) => ReferenceEquals(session, _session);

    /// <summary>Cancels the trial's token.</summary>
    /// <remarks>What the objective registered with it runs on the pool: it may block or throw, and the caller may be the pump or a timer.</remarks>
    public void Cancel() => _ = Cancellation.CancelAsync();

    /// <summary>Cancels the trial's token because its time is over.</summary>
    public void TimeOut()
    {
        IsTimedOut = true;
        Cancel();
    }

    /// <summary>Notes an end that is about to be stored; one that is stored stays.</summary>
    public void BeginTell(TrialEnd end)
    {
        ToldEnd? told = Told;
        if (told is not { IsStored: true }) Interlocked.CompareExchange(ref _told, new ToldEnd(end, false), told);
    }

    /// <summary>Notes that an end is stored.</summary>
    public void ConfirmTell(TrialFinish finish)
    {
        ToldEnd? told = Told;
        Volatile.Write(ref _told, new ToldEnd(told is not null && ReferenceEquals(told.End.Finish, finish) ? told.End : new TrialEnd(finish), true));
    }

    /// <summary>Marks the trial as belonging to another process.</summary>
    public void Lose(string reason)
    {
        if (_lostReason is not null || _hasEnded) return;
        _lostReason = reason;
        Log.TrialLost(_session.Logger, _session.Name, Number, reason);
        Telemetry.TrialsLost.Add(1, Telemetry.Study(_session.Name));
        Cancel();
    }

    /// <summary>Marks the trial as over for its objective.</summary>
    public void End() => _hasEnded = true;

    public void ThrowIfOver()
    {
        if (_lostReason is { } reason) throw new TrialLostException(Number, reason);
        if (_hasEnded) throw new InvalidOperationException($"Trial {Number} has ended. Ask for a new one.");
    }

    /// <summary>Makes the trial take the parameters of another one.</summary>
    public void Repeat(TrialRecord known)
    {
        _fixed = AttributeValue.Object(known.Params.Select(static entry => (entry.Key, (AttributeValue?)AttributeValue.From(entry.Value))));
        Buffer.SetSystemAttribute(SystemKeys.FixedParams, _fixed);
        Buffer.SetSystemAttribute(SystemKeys.RepeatOf, known.Number);
    }

    /// <summary>Who proposed the trial and how each parameter was drawn, as it is stored.</summary>
    public AttributeSet DrawnAttribute() => _session.DrawnAttribute(_drawn.AsSpan(0, Buffer.Parameters.Count));

    /// <summary>Has stored at once how the parameters were drawn, since another process may tell the end.</summary>
    public void NoteDrawn()
    {
        if (Buffer.Parameters.Count == 0) return;
        foreach ((string key, AttributeValue value) in DrawnAttribute()) Buffer.SetSystemAttribute(key, value);
        _session.Pump.NoteChange();
    }

    /// <summary>Draws a parameter without recording it as asked for.</summary>
    public double DrawIndependently(string name, Distribution distribution)
    {
        double value = _session.Sampler.SampleIndependent(NewestHistory, Context, name, distribution);
        return distribution.Contains(value) ? value : throw OutsideOf(_session.Sampler, name, value, distribution);
    }

    public static InvalidOperationException OutsideOf(ISampler sampler, string name, double value, Distribution distribution) =>
        new($"The sampler {sampler.Name} drew {value.ToString("R", System.Globalization.CultureInfo.InvariantCulture)} for '{name}', which is not in {distribution}.");

    private protected override double Suggest(string name, Distribution distribution)
    {
        ThrowIfOver();
        int index = _schema.IndexOf(name);
        if (index >= 0)
        {
            Distribution first = _schema.Distributions[index];
            return first.IsCompatibleWith(distribution) ? Buffer.Parameters.Values[index] : throw new DistributionChangedException(name, first, distribution);
        }
        _session.Registry.Check(History, name, distribution);
        double value = Draw(name, distribution, out ParameterOrigin origin);
        _schema = _schema.Append(name, distribution);
        if (_schema.Count > _drawn.Length) Array.Resize(ref _drawn, 2 * _schema.Count);
        _drawn[_schema.Count - 1] = DrawnParameters.LetterOf(origin);
        Buffer.AddParameter(_schema, value);
        _session.Pump.NoteChange();
        return value;
    }

    /// <summary>Holds a trial to one form of reports, whichever of its threads comes first.</summary>
    private void NoteStride(long stride)
    {
        long former = Interlocked.CompareExchange(ref _stride, stride, NoStride);
        if (former != NoStride)
        {
            TrialRules.CheckStride(stride, former);
            return;
        }
        if (stride == 0) return;
        Buffer.SetSystemAttribute(SystemKeys.FoldStride, stride);
        if (_session.Pruner.Folds == FoldReading.Unaware) _session.NoteUnknownFolds(Number);
    }

    private void CheckCount(ObjectiveValues values)
    {
        int objectives = _session.Study.Directions.Count;
        if (values.Count == objectives) return;
        if (values.Count == 1) throw new InvalidOperationException($"The study has {objectives} objectives. Report one value for each of them.");
        throw new ArgumentException($"{values.Count} values were reported, but the study has {objectives} objective(s).", nameof(values));
    }

    private protected override FloatDistribution? KnownRange(string name, double low, double high, bool log) => _schema.KnownRange(name, low, high, log);

    private protected override IntDistribution? KnownRange(string name, long low, long high, long step, bool log) => _schema.KnownRange(name, low, high, step, log);

    private protected override PruneDecision Judge()
    {
        ThrowIfOver();
        // Of the evaluations of one configuration only the lucky ones would be left.
        if (Buffer.SystemAttributes.ContainsKey(SystemKeys.RepeatOf)) return PruneDecision.Keep;
        PruneDecision decision = _session.Pruner.ShouldPrune(IsFrozen ? History : _session.Builder.Current, Context);
        // What the pruner noted, such as a rung, is for other workers to see, although no report may follow for long.
        if (Buffer.Unwritten.Count > 0 || Buffer.HasStudyChanges) _session.Pump.NoteChange();
        if (decision.Prune) Log.PruneAdvised(_session.Logger, _session.Name, Number, Buffer.IntermediateValues.LastStep, decision.Reason);
        else if (decision.Reason is not null) Log.PruneDeclined(_session.Logger, _session.Name, Number, Buffer.IntermediateValues.LastStep, decision.Reason);
        return decision;
    }

    private double Draw(string name, Distribution distribution, out ParameterOrigin origin)
    {
        origin = ParameterOrigin.Given;
        if (_fixed is not null && _fixed.TryGetMember(name, out AttributeValue? given))
        {
            if (distribution.TryToInternal(given.ToObject(), out double fixedValue)) return fixedValue;
            Log.GivenValueUnusable(_session.Logger, _session.Name, Number, name, given, distribution);
        }
        origin = ParameterOrigin.Single;
        if (distribution.IsSingle) return SingleValue(distribution);
        origin = ParameterOrigin.Joint;
        int index = Joint.IndexOf(name);
        if (index >= 0 && Joint.Schema.Distributions[index].IsCompatibleWith(distribution) && distribution.Contains(Joint.Values[index])) return Joint.Values[index];
        origin = ParameterOrigin.Independent;
        if (DrawnAhead.TryGetValue(name, out double ahead) && distribution.Contains(ahead)) return ahead;
        if (Joint.Count > 0) _session.NoteFallback(name);
        return DrawIndependently(name, distribution);
    }

    private static double SingleValue(Distribution distribution) => distribution switch
    {
        FloatDistribution range => range.Low,
        IntDistribution range => range.Low,
        _ => 0,
    };

    /// <summary>The given parameters whose distributions are known before the objective asks for them.</summary>
    public ParameterSet KnownFixedParameters()
    {
        ParameterSet known = _given;
        if (_fixed is null) return known;
        foreach ((string name, AttributeValue value) in _fixed.Members)
        {
            if (known.Contains(name) || _session.DistributionOf(History, name) is not { } distribution) continue;
            if (distribution.TryToInternal(value.ToObject(), out double internalValue)) known = known.With(name, distribution, internalValue);
        }
        return known;
    }

    /// <summary>The end that was told for a trial.</summary>
    public sealed record ToldEnd(TrialEnd End, bool IsStored)
    {
        public TrialFinish Finish => End.Finish;

        public bool Is(TrialState state, IReadOnlyList<double> values) => Finish.State == state && values.SequenceEqual(Finish.Values);
    }
}
