using System.Globalization;
using HyperTune.History;

namespace HyperTune.Storage.Diagnosis;

/// <summary>Examines a storage and says what is wrong in which place. Changes nothing.</summary>
public static class StorageDoctor
{
    /// <summary>Reads all studies, and asks the storage itself where it is an <see cref="IDiagnosableStorage"/>.</summary>
    /// <param name="storage">The storage.</param>
    /// <param name="options">From when on running trials are called left behind; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the examination.</param>
    /// <returns>The findings: first of the storage as a whole, then study by study in order of trial numbers.</returns>
    /// <exception cref="StorageException">The storage cannot be read at all.</exception>
    public static async Task<IReadOnlyList<StorageFinding>> ExamineAsync(IStorage storage, DiagnosisOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(storage);
        var findings = new List<StorageFinding>();
        if (storage is IDiagnosableStorage diagnosable) findings.AddRange(await diagnosable.DiagnoseAsync(options ?? new(), cancellationToken).ConfigureAwait(false));
        IReadOnlyList<StudySummary> studies = await storage.ListStudiesAsync(cancellationToken).ConfigureAwait(false);
        foreach (StudySummary summary in studies) await ExamineAsync(storage, summary.Study, findings, cancellationToken).ConfigureAwait(false);
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (StudySummary summary in studies) places.TryAdd(summary.Study.Name, places.Count);
        return [.. findings
            .OrderBy(finding => finding.Study is null ? -1 : places.GetValueOrDefault(finding.Study, int.MaxValue))
            .ThenBy(finding => finding.Trial ?? -1)];
    }

    private static async Task ExamineAsync(IStorage storage, StudyRecord study, List<StorageFinding> findings, CancellationToken cancellationToken)
    {
        StudyDelta delta;
        try
        {
            delta = await storage.ReadAsync(study.Id, StudyCursor.Start, cancellationToken).ConfigureAwait(false);
        }
        catch (StudyNotFoundException)
        {
            // Deleted meanwhile.
            return;
        }
        catch (StorageException exception)
        {
            findings.Add(new(FindingSeverity.Error, exception.Message) { Study = study.Name });
            return;
        }
        foreach (UnreadableTrial trial in delta.Unreadable)
        {
            string id = trial.Number is null ? string.Create(CultureInfo.InvariantCulture, $" (id {trial.Id.Value})") : "";
            findings.Add(new(FindingSeverity.Error, $"The trial{id} cannot be read and is left out everywhere: {trial.Message} Correct the cell.")
            {
                Study = study.Name,
                Trial = trial.Number,
                Place = trial.Column,
            });
        }
        CheckNumbers(study, delta, findings);
    }

    private static void CheckNumbers(StudyRecord study, StudyDelta delta, List<StorageFinding> findings)
    {
        int[] numbers = [.. delta.Trials.Select(trial => (int?)trial.Number).Concat(delta.Unreadable.Select(trial => trial.Number)).OfType<int>().Order()];
        // A trial whose number cannot be read is found above, and leaves a gap.
        int withoutNumber = delta.Trials.Count + delta.Unreadable.Count - numbers.Length;
        var missing = new List<string>();
        int expected = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            if (i > 0 && numbers[i] == numbers[i - 1])
            {
                if (i > 1 && numbers[i - 2] == numbers[i]) continue;
                findings.Add(new(FindingSeverity.Error, "Several trials have this number, so that only one of them can be told. Give the others numbers that are free.")
                {
                    Study = study.Name,
                    Trial = numbers[i],
                });
                continue;
            }
            if (numbers[i] > expected)
            {
                missing.Add(string.Create(CultureInfo.InvariantCulture, $"{expected}{(numbers[i] - 1 > expected ? $" to {numbers[i] - 1}" : "")}"));
                withoutNumber -= numbers[i] - expected;
            }
            expected = numbers[i] + 1;
        }
        if (missing.Count == 0 || withoutNumber >= 0) return;
        findings.Add(new(FindingSeverity.Warning, $"No trial has the number(s) {string.Join(", ", missing)}: some were deleted by hand. Exporting and importing the study numbers it anew.")
        {
            Study = study.Name,
        });
    }
}
