namespace HyperTune;

/// <summary>There is no such study in the storage.</summary>
public sealed class StudyNotFoundException : HyperTuneException
{
    /// <summary>Makes the exception for a study that was looked for by name.</summary>
    public StudyNotFoundException(string name)
        : base($"There is no study '{name}' in the storage. Create it, or look at Study.ListAsync for the names that exist.") => Name = name;

    /// <summary>Makes the exception for a study that was looked for by id: it was deleted.</summary>
    public StudyNotFoundException(StudyId id)
        : base($"There is no study with the id {id.Value} in the storage. It was deleted.") => Id = id;

    /// <summary>The name, if the study was looked for by name.</summary>
    public string? Name { get; }

    /// <summary>The id, if the study was looked for by id.</summary>
    public StudyId? Id { get; }
}
