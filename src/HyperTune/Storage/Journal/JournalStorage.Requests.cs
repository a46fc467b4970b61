using HyperTune.History;
using HyperTune.Storage;
using HyperTune.Storage.Journal;
using HyperTune.Trials;

namespace HyperTune;

/// <content>What a storage is asked for.</content>
public sealed partial class JournalStorage
{
    /// <inheritdoc/>
    public ValueTask<StudyRecord> CreateStudyAsync(StudyDefinition study, CancellationToken cancellationToken)
    {
        StorageRules.Check(study);
        return WriteAsync($"to create the study '{study.Name}'", draft =>
        {
            if (draft.State.Find(study.Name) is not null) throw new StudyExistsException(study.Name);
            draft.CreateStudy(study);
            return draft.State.Find(study.Name)!.Record;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<StudyRecord?> FindStudyAsync(string name, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        return ReadAsync($"to find the study '{name}'", state => state.Find(name)?.Record, cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<StudySummary>> ListStudiesAsync(CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<StudySummary>>("to list the studies", static state =>
            [.. state.Studies.Select(study => new StudySummary { Study = study.Record, TrialCount = study.Trials.Count, StartedAt = study.Trials.FirstStart })], cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DeleteStudyAsync(StudyId study, CancellationToken cancellationToken) =>
        await WriteAsync("to delete a study", draft =>
        {
            draft.DeleteStudy(Get(draft.State, study));
            return true;
        }, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public async ValueTask SetStudyAttributesAsync(StudyId study, AttributeChanges changes, CancellationToken cancellationToken)
    {
        StorageRules.Check(changes);
        await WriteAsync("to write attributes of a study", draft =>
        {
            _ = Get(draft.State, study);
            draft.SetAttributes(study, changes);
            return true;
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<TrialRecord>> StartTrialsAsync(StudyId study, TrialStart start, CancellationToken cancellationToken)
    {
        StorageRules.Check(start);
        return WriteAsync($"to start {start.Count} trial(s)", draft => Start(draft, Get(draft.State, study), start), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<int?>> AddTrialsAsync(StudyId study, TrialImport import, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(import);
        return WriteAsync<IReadOnlyList<int?>>($"to add {import.Trials?.Count ?? 0} trial(s)", draft => Import(draft, Get(draft.State, study), import), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<WriteOutcome>> WriteAsync(StudyId study, IReadOnlyList<TrialChanges> changes, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        return WriteAsync<IReadOnlyList<WriteOutcome>>($"to write the changes of {changes.Count} trial(s)", draft => Write(draft, Get(draft.State, study), changes), cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask<(IReadOnlyList<WriteOutcome> Outcomes, IReadOnlyList<TrialRecord> Started, StudyDelta? Delta)> WriteAndStartAsync(
        StudyId study, IReadOnlyList<TrialChanges> changes, TrialStart start, StudyCursor since, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(changes);
        ArgumentNullException.ThrowIfNull(since);
        StorageRules.Check(start);
        // The decision holds only if the journal ended where the state did, so that the state was the newest.
        return WriteAsync<(IReadOnlyList<WriteOutcome>, IReadOnlyList<TrialRecord>, StudyDelta?)>($"to write the changes of {changes.Count} trial(s) and to start {start.Count}", draft =>
        {
            JournalStudy found = Get(draft.State, study);
            return (Write(draft, found, changes), Start(draft, found, start), found.Read(since));
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<WriteOutcome>> RenewLeasesAsync(StudyId study, IReadOnlyList<TrialId> trials, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(trials);
        ThrowIfReadOnly();
        (WriteOutcome[] outcomes, List<JournalLease> held) = await ReadAsync($"to renew {trials.Count} lease(s)", state => Renew(Get(state, study), trials), cancellationToken)
            .ConfigureAwait(false);
        if (held.Count > 0) await _log.RenewLeasesAsync(held, cancellationToken).ConfigureAwait(false);
        return outcomes;
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<TakenBackTrial>> TakeBackAsync(StudyId study, LeaseRules rules, CancellationToken cancellationToken)
    {
        StorageRules.Check(rules);
        _ = await ReadAsync("to take back lapsed trials", state => Get(state, study), cancellationToken).ConfigureAwait(false);
        JournalLeases leases = await _log.ReadLeasesAsync(cancellationToken).ConfigureAwait(false);
        JournalLease[] lapsed = [.. leases.Ages.Where(lease => lease.Age > rules.Grace).Select(lease => lease.Lease).OrderBy(lease => lease.Trial)];
        if (lapsed.Length == 0) return [];
        DateTimeOffset now = leases.Now.AddTicks(-(leases.Now.Ticks % TimeSpan.TicksPerMicrosecond));
        (List<TakenBackTrial> taken, List<JournalLease> dead) = await WriteAsync(
            "to take back lapsed trials", draft => TakeBack(draft, Get(draft.State, study), lapsed, rules, now), cancellationToken).ConfigureAwait(false);
        if (dead.Count > 0) await _log.RemoveLeasesAsync(dead, cancellationToken).ConfigureAwait(false);
        return taken;
    }

    /// <inheritdoc/>
    public ValueTask<StudyDelta> ReadAsync(StudyId study, StudyCursor since, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(since);
        return ReadAsync("to read a study", state => Get(state, study).Read(since), cancellationToken);
    }

    private static JournalStudy Get(JournalState state, StudyId study) => state.Find(study) ?? throw new StudyNotFoundException(study);

    private static IReadOnlyList<TrialRecord> Start(JournalDraft draft, JournalStudy study, TrialStart start)
    {
        if (!study.TryGetAnswer(start.RequestId, out _))
        {
            int counted = study.Trials.Count - study.Trials.WaitingCount - study.Retried;
            int count = start.TotalTrials is { } total ? Math.Clamp(total - counted, 0, start.Count) : start.Count;
            for (int i = 0; i < count; i++)
            {
                if (study.Trials.WaitingCount > 0) draft.Claim(study, study.Trials[study.Trials.OldestWaiting], start);
                else draft.CreateTrial(study, start);
            }
        }
        return study.TryGetAnswer(start.RequestId, out JournalAnswer? answer) ? [.. answer.Trials.Select(trial => study.Trials[trial.Number])] : [];
    }

    private static int?[] Import(JournalDraft draft, JournalStudy study, TrialImport import)
    {
        StorageRules.Check(import, study.Record.Directions.Count);
        if (study.TryGetAnswer(import.RequestId, out JournalAnswer? answer)) return answer.ToNumbers();
        foreach (Parameter parameter in import.Trials.SelectMany(template => template.Parameters))
        {
            if (study.First.TryGetValue(parameter.Name, out var known)) StorageRules.CheckCompatible(parameter, known.Distribution);
        }
        var numbers = new int?[import.Trials.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            TrialTemplate template = import.Trials[i];
            if (import.SkipIfExists && template.State == TrialState.Waiting && study.Trials.HasSameGivenParameters(template)) continue;
            numbers[i] = draft.AddTrial(study, template, new JournalRequest(import.RequestId, i, numbers.Length));
        }
        return numbers;
    }

    private static WriteOutcome[] Write(JournalDraft draft, JournalStudy study, IReadOnlyList<TrialChanges> changes)
    {
        foreach (TrialChanges change in changes) StorageRules.Check(change, study.Record.Directions.Count);
        var outcomes = new WriteOutcome[changes.Count];
        for (int i = 0; i < outcomes.Length; i++) outcomes[i] = Write(draft, study, changes[i]);
        return outcomes;
    }

    private static WriteOutcome Write(JournalDraft draft, JournalStudy study, TrialChanges changes)
    {
        if (!study.Trials.TryFind(changes.Trial, out int number)) return WriteOutcome.Unknown;
        if (study.Trials[number].State.IsFinished())
        {
            bool isRepeated = changes.Finish is { } told && study.TryGetAnswer(told.RequestId, out JournalAnswer? answer) && answer.Trials.Exists(trial => trial.Number == number);
            return isRepeated ? WriteOutcome.Stored : WriteOutcome.AlreadyFinished;
        }
        if (!AreCompatible(study, changes.Parameters) || (changes.Finish?.Retry is { } next && !AreCompatible(study, next.Parameters))) return WriteOutcome.Incompatible;
        draft.Change(study, number, changes);
        return WriteOutcome.Stored;
    }

    private static bool AreCompatible(JournalStudy study, IReadOnlyList<Parameter> parameters)
    {
        for (int i = 0; i < parameters.Count; i++) if (!study.IsCompatible(parameters[i].Name, parameters[i].Distribution)) return false;
        return true;
    }

    private static (WriteOutcome[] Outcomes, List<JournalLease> Held) Renew(JournalStudy study, IReadOnlyList<TrialId> trials)
    {
        var outcomes = new WriteOutcome[trials.Count];
        var held = new List<JournalLease>(trials.Count);
        for (int i = 0; i < outcomes.Length; i++)
        {
            TrialRecord? trial = study.Trials.TryFind(trials[i], out int number) ? study.Trials[number] : null;
            // A waiting trial belongs to nobody, so that nobody can lose it.
            if (trial is null || trial.State == TrialState.Waiting) outcomes[i] = WriteOutcome.Unknown;
            else if (trial.State.IsFinished()) outcomes[i] = WriteOutcome.AlreadyFinished;
            else held.Add(JournalDraft.LeaseOf(trial));
        }
        return (outcomes, held);
    }

    private static (List<TakenBackTrial> Taken, List<JournalLease> Dead) TakeBack(JournalDraft draft, JournalStudy study, JournalLease[] lapsed, LeaseRules rules, DateTimeOffset now)
    {
        var taken = new List<TakenBackTrial>();
        var dead = new List<JournalLease>();
        foreach (JournalLease lease in lapsed)
        {
            TrialRecord? trial = draft.State.Find(new TrialId(lease.Trial));
            if (trial is null || trial.State != TrialState.Running || JournalDraft.LeaseOf(trial) != lease)
            {
                dead.Add(lease);
                continue;
            }
            if (!study.Trials.TryFind(trial.Id, out int number)) continue;
            // Of a trial that cannot be read nothing is known that could be tried again; it fails nevertheless.
            TrialTemplate? retry = study.Unreadable.ContainsKey(number) ? null : StorageRules.NextTry(trial, rules.MaxRetries);
            taken.Add(new TakenBackTrial(trial.Id, number, draft.TakeBack(study, trial, retry, now)));
        }
        return (taken, dead);
    }
}
