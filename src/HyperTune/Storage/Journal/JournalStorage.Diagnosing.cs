using System.Globalization;
using HyperTune.Storage.Diagnosis;
using HyperTune.Storage.Journal;

namespace HyperTune;

/// <content>What is wrong with the journal itself.</content>
public sealed partial class JournalStorage
{
    /// <inheritdoc/>
    /// <remarks>Reads the whole journal again, also what a snapshot spares others; requests wait meanwhile.</remarks>
    public async ValueTask<IReadOnlyList<StorageFinding>> DiagnoseAsync(DiagnosisOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
            var findings = new List<StorageFinding>();
            if ((await OpenSnapshotAsync(cancellationToken).ConfigureAwait(false)).Fault is { } fault)
                findings.Add(new(FindingSeverity.Note, $"The snapshot is passed over, since {fault}: opening takes longer. The next worker that writes replaces it.") { Place = "snapshot" });
            JournalPosition end = await DiagnoseEntriesAsync(findings, cancellationToken).ConfigureAwait(false);
            findings.AddRange(await _log.DiagnoseAsync(end, cancellationToken).ConfigureAwait(false));
            await CatchUpAsync(isAlone: false, cancellationToken).ConfigureAwait(false);
            await DiagnoseRunningAsync(options, findings, cancellationToken).ConfigureAwait(false);
            return findings;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Replays all entries for what every reader passes over, and what cannot be read.</summary>
    /// <returns>The end of what could be read.</returns>
    private async ValueTask<JournalPosition> DiagnoseEntriesAsync(List<StorageFinding> findings, CancellationToken cancellationToken)
    {
        var passed = new SortedDictionary<string, (long First, int Count)>(StringComparer.Ordinal);
        var leftOut = new Dictionary<(JournalStudy Study, bool IsUser, string Key), long>();
        JournalPosition position = default;
        var state = new JournalState(_options.TimeProvider.LocalTimeZone)
        {
            PassedOver = why => passed[why] = passed.TryGetValue(why, out var known) ? (known.First, known.Count + 1) : (position.Entries, 1),
            LeftOut = (study, isUser, key) => leftOut[(study, isUser, key)] = position.Entries,
        };
        try
        {
            JournalBatch batch;
            do
            {
                batch = await _log.ReadAsync(position, cancellationToken).ConfigureAwait(false);
                foreach (JournalLine line in batch.Lines)
                {
                    state.Apply(Parse(line.Text.Span), position.Entries);
                    position = new JournalPosition(position.Entries + 1, line.End);
                }
            }
            while (batch.HasMore);
        }
        catch (FormatException exception)
        {
            findings.Add(new(FindingSeverity.Error, $"The entry cannot be read: {exception.Message} Workers that read it stop there. Correct the entry, or restore a copy.") { Place = PlaceOf(position.Entries) });
        }
        catch (StorageException exception)
        {
            findings.Add(new(FindingSeverity.Error, exception.Message) { Place = PlaceOf(position.Entries) });
        }
        foreach (((JournalStudy study, bool isUser, string key), long entry) in leftOut)
        {
            // It may have been set anew.
            if (study.IsDeleted || (isUser ? study.Record.UserAttributes : study.Record.SystemAttributes).ContainsKey(key)) continue;
            findings.Add(new(FindingSeverity.Error, string.Create(CultureInfo.InvariantCulture, $"The attribute '{key}' is nested deeper than {AttributeValue.MaxDepth} and is left out. Set it anew, in a flatter form."))
            {
                Study = study.Record.Name,
                Place = PlaceOf(entry),
            });
        }
        foreach ((string why, (long first, int count)) in passed)
        {
            findings.Add(new(FindingSeverity.Note, string.Create(CultureInfo.InvariantCulture,
                $"{count} operation(s), of which this is the first, were to {why}, and are passed over by every reader: two workers did the same, or one did not know what another had done."))
            {
                Place = PlaceOf(first),
            });
        }
        return position;
    }

    private async ValueTask DiagnoseRunningAsync(DiagnosisOptions options, List<StorageFinding> findings, CancellationToken cancellationToken)
    {
        JournalLeases leases = await _log.ReadLeasesAsync(cancellationToken).ConfigureAwait(false);
        var ages = new Dictionary<JournalLease, TimeSpan>(leases.Ages.Count);
        foreach ((JournalLease lease, TimeSpan age) in leases.Ages) ages[lease] = age;
        foreach (JournalStudy study in _state.Studies)
        {
            for (int number = 0; number < study.Trials.Count; number++)
            {
                if (study.Trials[number] is not { State: TrialState.Running } trial || study.Unreadable.ContainsKey(number)) continue;
                bool isLeased = ages.TryGetValue(JournalDraft.LeaseOf(trial), out TimeSpan silence);
                StorageFinding? finding = isLeased
                    ? options.JudgeLease(study.Record.Name, number, silence)
                    : options.JudgeUnleased(study.Record.Name, number, _options.TimeProvider.GetUtcNow() - trial.StartedAt);
                if (finding is not null) findings.Add(finding with { Place = "lease" });
            }
        }
    }

    private static string PlaceOf(long entry) => string.Create(CultureInfo.InvariantCulture, $"journal entry {entry}");
}
