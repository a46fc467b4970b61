using System.Collections.Concurrent;
using System.Security.Cryptography;
using HyperTune.Diagnostics;
using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Samplers;
using HyperTune.Spaces;
using HyperTune.Storage;
using HyperTune.Trials;
using Microsoft.Extensions.Logging;

namespace HyperTune;

/// <summary>What all parts of this process's work on one study share.</summary>
internal sealed class StudySession
{
    private readonly ConcurrentDictionary<string, bool> _fallbacks = new(StringComparer.Ordinal);
    private int _rawFoldsWarned, _unknownFoldsWarned;
    private readonly ConcurrentDictionary<string, bool> _proposers = new(StringComparer.Ordinal);
    private volatile LastDrawn? _lastDrawn;
    private volatile IReadOnlyList<UnreadableTrial> _unreadable = [];
    private long _lastRead;

    public StudySession(StudyRecord study, StudyOptions options, IStorage storage, ISampler sampler, IPruner pruner)
    {
        Study = study;
        Options = options;
        Storage = storage;
        Sampler = sampler;
        Pruner = pruner;
        Logger = options.LoggerFactory.CreateLogger("HyperTune.Study");
        Seed = sampler.Seed ?? BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
        Builder = new HistoryBuilder(study, options.SearchSpace);
        Points = new PointClaims(this);
        Pump = new StudyPump(this);
    }

    /// <summary>The study as it was when it was opened; <see cref="StudyHistory.Study"/> has its present attributes.</summary>
    public StudyRecord Study { get; }

    public string Name => Study.Name;

    public StudyOptions Options { get; }

    public IStorage Storage { get; }

    public ISampler Sampler { get; }

    public IPruner Pruner { get; }

    public ILogger Logger { get; }

    public TimeProvider Time => Options.TimeProvider;

    /// <summary>The sampler's seed, or one drawn for this process.</summary>
    public ulong Seed { get; }

    public HistoryBuilder Builder { get; }

    public StudyPump Pump { get; }

    public PointClaims Points { get; }

    public SamplingTurns Turns { get; } = new();

    public DistributionRegistry Registry { get; } = new();

    public ParameterSchema Schemas { get; } = ParameterSchema.CreateRoot();

    public RequestIds RequestIds { get; } = new();

    /// <summary>Whether the present flow belongs to an optimize loop of this study.</summary>
    public AsyncLocal<bool> IsInsideObjective { get; } = new();

    /// <summary>Trials that the storage holds but cannot give.</summary>
    public IReadOnlyList<UnreadableTrial> Unreadable => _unreadable;

    /// <summary>The distribution that a name is known to have before an objective asks for it; null if none is known.</summary>
    public Distribution? DistributionOf(StudyHistory history, string name)
    {
        if (Options.SearchSpace?.TryGet(name, out SearchSpaceParameter? declared) == true) return declared.Distribution;
        return history.TryGetParameter(name, out ParameterColumn column) ? column.Latest : null;
    }

    /// <summary>The space over which proposals are compared: the declared one, or what all trials share.</summary>
    public SearchSpace ComparedSpace(StudyHistory history) => Options.SearchSpace ?? IntersectionSpace.Of(history, includePruned: true);

    /// <summary>Whether the history is older than the refresh interval. Only the pump asks.</summary>
    public bool IsHistoryOld => Time.GetElapsedTime(_lastRead) >= Options.RefreshInterval;

    /// <summary>Up to where the study has been read. Only the pump asks.</summary>
    public StudyCursor Cursor { get; private set; } = StudyCursor.Start;

    /// <summary>Publishes what the storage gave as new. Only the pump calls this, one call at a time.</summary>
    public StudyHistory Apply(StudyDelta delta)
    {
        if (delta.IsReset) Registry.Clear();
        StudyHistory history = Builder.Apply(delta);
        Cursor = delta.Cursor;
        _lastRead = Time.GetTimestamp();
        if (delta.Unreadable.Count > 0) _unreadable = [.. _unreadable, .. delta.Unreadable];
        foreach (UnreadableTrial trial in delta.Unreadable) Log.TrialUnreadable(Logger, Name, trial.Id.Value, trial.Number, trial.Column, trial.Message);
        return history;
    }

    /// <summary>Says once for each parameter that it falls out of the joint space.</summary>
    public void NoteFallback(string name)
    {
        if (_fallbacks.TryAdd(name, true)) Log.IndependentFallback(Logger, Name, name);
    }

    /// <summary>Says once that a trial reports by fold to a pruner that does not know folds.</summary>
    public void NoteUnknownFolds(int trial)
    {
        if (Interlocked.Exchange(ref _unknownFoldsWarned, 1) == 0) Log.UnknownFolds(Logger, Name, trial, Pruner.GetType().Name);
    }

    /// <summary>Says once that what a trial reported as a curve seem to be scores of folds, to a pruner that takes the best of them.</summary>
    public void NoteRawFolds(TrialBuffer trial, ObjectiveValues values)
    {
        // Most trials report nothing, or nothing of this kind.
        if (values.Count != 1 || trial.IntermediateValues is not { Count: > 1 } reports || Volatile.Read(ref _rawFoldsWarned) != 0) return;
        if (!FoldReports.LookRaw(reports, trial.SystemAttributes, values[0]) || Pruner.Folds == FoldReading.EachFold) return;
        if (Interlocked.Exchange(ref _rawFoldsWarned, 1) == 0) Log.RawFolds(Logger, Name, trial.Number, Pruner.GetType().Name);
    }

    /// <summary>Logs who proposes a trial and why: each one's first proposal in this process for all to see, the others for debugging.</summary>
    public void NoteProposal(int trial, ProposalNote proposal)
    {
        if (_proposers.TryAdd(proposal.Proposer, true)) Log.ProposerChosen(Logger, proposal.Proposer, Name, trial, proposal.Reason);
        else Log.TrialProposed(Logger, Name, trial, proposal.Proposer, proposal.Reason);
    }

    /// <summary>The stored form of how parameters were drawn; mostly the same for one trial after another, which then share it.</summary>
    public AttributeSet DrawnAttribute(ReadOnlySpan<char> letters)
    {
        if (_lastDrawn is { } last && letters.SequenceEqual(last.Letters)) return last.Attribute;
        AttributeSet attribute = AttributeSet.Empty.With(SystemKeys.Drawn, DrawnParameters.Text(Sampler.Name, letters));
        _lastDrawn = new LastDrawn(letters.ToString(), attribute);
        return attribute;
    }

    private sealed record LastDrawn(string Letters, AttributeSet Attribute);
}
