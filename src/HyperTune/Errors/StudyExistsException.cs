namespace HyperTune;

/// <summary>The name of a new study is taken.</summary>
public sealed class StudyExistsException(string name)
    : HyperTuneException($"The storage has a study '{name}' already. Set LoadIfExists to go on with it, or choose another name.")
{
    /// <summary>The name.</summary>
    public string Name { get; } = name;
}
