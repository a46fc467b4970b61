namespace HyperTune.Trials;

/// <summary>Where <see cref="TrialNotes"/> go. Safe for concurrent use.</summary>
internal interface INoteTarget
{
    void SetSystemAttribute(string key, AttributeValue value);

    void ChangeStudy(AttributeChanges changes);
}
