namespace HyperTune.Trials;

/// <summary>Gathers what a sampler notes when it sees the end of a trial, which is withdrawn with that end.</summary>
internal sealed class EndNotes : INoteTarget
{
    private readonly Lock _gate = new();
    private AttributeSet _system = AttributeSet.Empty;
    private AttributeChanges? _study;

    public AttributeSet SystemAttributes
    {
        get
        {
            lock (_gate) return _system;
        }
    }

    public AttributeChanges? Study
    {
        get
        {
            lock (_gate) return _study;
        }
    }

    public void SetSystemAttribute(string key, AttributeValue value)
    {
        lock (_gate) _system = _system.With(key, value);
    }

    public void ChangeStudy(AttributeChanges changes)
    {
        lock (_gate) _study = _study?.Then(changes) ?? changes;
    }
}
