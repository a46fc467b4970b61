using HyperTune.Trials;

namespace HyperTune.Storage.Archive;

/// <summary>A study with all its trials, apart from any storage.</summary>
internal sealed record ArchivedStudy(StudyDefinition Definition, IReadOnlyList<TrialTemplate> Trials)
{
    public static ArchivedStudy Of(StudyRecord study, IReadOnlyList<TrialRecord> trials) => new(
        new StudyDefinition { Name = study.Name, Directions = study.Directions, UserAttributes = study.UserAttributes, SystemAttributes = study.SystemAttributes },
        [.. trials.Select(TrialTemplate.From)]);

    /// <summary>Creates the study and adds its trials; if that fails, no half of it stays behind.</summary>
    public async Task AddToAsync(IStorage storage, CancellationToken cancellationToken)
    {
        StudyRecord made = await storage.CreateStudyAsync(Definition, cancellationToken).ConfigureAwait(false);
        if (Trials.Count == 0) return;
        try
        {
            var import = new TrialImport { Trials = Trials, KeepsRunning = true, RequestId = Guid.NewGuid() };
            await storage.AddTrialsAsync(made.Id, import, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            await storage.DeleteStudyAsync(made.Id, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }
}
