using HyperTune.History;
using HyperTune.Storage;
using HyperTune.Testing;
using HyperTune.Trials;

namespace HyperTune.Tests.Studies;

/// <summary>Writes and starts together, all or nothing, as a database does.</summary>
internal sealed class CombiningStorage : ICombiningStorage
{
    private int _combined, _starts, _writes, _reads;

    /// <summary>What does the work; may be made to fail where the two are asked for one by one.</summary>
    public FaultyStorage Inner { get; init; } = new();

    /// <summary>What a combined step throws; null for nothing.</summary>
    public Func<Exception?> Fault { get; set; } = () => null;

    /// <summary>Whether a step that throws has been done all the same.</summary>
    public bool IsAnswerLost { get; init; }

    /// <summary>Whether a combined step brings what is new along.</summary>
    public bool BringsDelta { get; init; }

    public int Combined => _combined;

    public int Reads => _reads;

    public int Starts => _starts;

    public int Writes => _writes;

    public async ValueTask<(IReadOnlyList<WriteOutcome> Outcomes, IReadOnlyList<TrialRecord> Started, StudyDelta? Delta)> WriteAndStartAsync(
        StudyId study, IReadOnlyList<TrialChanges> changes, TrialStart start, StudyCursor since, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _combined);
        Exception? fault = Fault();
        if (fault is not null && !IsAnswerLost) throw fault;
        IReadOnlyList<WriteOutcome> outcomes = await Inner.WriteAsync(study, changes, cancellationToken);
        IReadOnlyList<TrialRecord> started = await Inner.StartTrialsAsync(study, start, cancellationToken);
        if (fault is not null) throw fault;
        return (outcomes, started, BringsDelta ? await Inner.ReadAsync(study, since, cancellationToken) : null);
    }

    public ValueTask<IReadOnlyList<TrialRecord>> StartTrialsAsync(StudyId study, TrialStart start, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _starts);
        return Inner.StartTrialsAsync(study, start, cancellationToken);
    }

    public ValueTask<IReadOnlyList<WriteOutcome>> WriteAsync(StudyId study, IReadOnlyList<TrialChanges> changes, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _writes);
        return Inner.WriteAsync(study, changes, cancellationToken);
    }

    public ValueTask<StudyRecord> CreateStudyAsync(StudyDefinition study, CancellationToken cancellationToken) => Inner.CreateStudyAsync(study, cancellationToken);

    public ValueTask<StudyRecord?> FindStudyAsync(string name, CancellationToken cancellationToken) => Inner.FindStudyAsync(name, cancellationToken);

    public ValueTask<IReadOnlyList<StudySummary>> ListStudiesAsync(CancellationToken cancellationToken) => Inner.ListStudiesAsync(cancellationToken);

    public ValueTask DeleteStudyAsync(StudyId study, CancellationToken cancellationToken) => Inner.DeleteStudyAsync(study, cancellationToken);

    public ValueTask SetStudyAttributesAsync(StudyId study, AttributeChanges changes, CancellationToken cancellationToken) => Inner.SetStudyAttributesAsync(study, changes, cancellationToken);

    public ValueTask<IReadOnlyList<int?>> AddTrialsAsync(StudyId study, TrialImport import, CancellationToken cancellationToken) => Inner.AddTrialsAsync(study, import, cancellationToken);

    public ValueTask<IReadOnlyList<WriteOutcome>> RenewLeasesAsync(StudyId study, IReadOnlyList<TrialId> trials, CancellationToken cancellationToken) => Inner.RenewLeasesAsync(study, trials, cancellationToken);

    public ValueTask<IReadOnlyList<TakenBackTrial>> TakeBackAsync(StudyId study, LeaseRules rules, CancellationToken cancellationToken) => Inner.TakeBackAsync(study, rules, cancellationToken);

    public ValueTask<StudyDelta> ReadAsync(StudyId study, StudyCursor since, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        return Inner.ReadAsync(study, since, cancellationToken);
    }

    public ValueTask DisposeAsync() => Inner.DisposeAsync();
}
