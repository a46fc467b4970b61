namespace HyperTune.Trials;

/// <summary>Attributes that a sampler or pruner stores with the next write of the trial: the only memory that outlives the process.</summary>
/// <remarks>Safe for concurrent use. Names should begin with a prefix of the sampler or pruner. What a sampler notes when it sees the
/// end of a trial is stored with that end, or not at all.</remarks>
public sealed class TrialNotes
{
    private readonly INoteTarget _target;

    internal TrialNotes(INoteTarget target) => _target = target;

    /// <summary>Adds or replaces a system attribute of the trial.</summary>
    public void Set(string key, AttributeValue value) => _target.SetSystemAttribute(Guard.Name(key), Guard.NotNull(value));

    /// <summary>Adds or replaces a system attribute of the study.</summary>
    public void SetStudy(string key, AttributeValue value) =>
        _target.ChangeStudy(new() { System = AttributeSet.Empty.With(Guard.Name(key), Guard.NotNull(value)) });

    /// <summary>Adds a system attribute to the study unless it exists. The first of all workers wins; the others read it with the next delta.</summary>
    public void PutStudyIfAbsent(string key, AttributeValue value) =>
        _target.ChangeStudy(new() { PutIfAbsent = AttributeSet.Empty.With(Guard.Name(key), Guard.NotNull(value)) });

    /// <summary>Asks all workers to start no more trials, as when a finite space is exhausted.</summary>
    public void StopStudy(string reason) => SetStudy(SystemKeys.Stop, Guard.NotNull(reason));
}
