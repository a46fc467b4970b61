namespace HyperTune.Trials;

/// <summary>Gathers what a sampler notes when it sees the end of a trial, which is withdrawn with that end.</summary>
internal sealed class EndNotes : INoteTarget
{
    private AttributeSet _system = AttributeSet.Empty;
    private AttributeChanges? _study;

    public AttributeSet SystemAttributes => Volatile.Read(ref _system);

    public AttributeChanges? Study => Volatile.Read(ref _study);

    public void SetSystemAttribute(string key, AttributeValue value)
    {
        AttributeSet seen;
        do seen = SystemAttributes;
        while (!ReferenceEquals(Interlocked.CompareExchange(ref _system, seen.With(key, value), seen), seen));
    }

    public void ChangeStudy(AttributeChanges changes)
    {
        AttributeChanges? seen;
        do seen = Study;
        while (!ReferenceEquals(Interlocked.CompareExchange(ref _study, seen?.Then(changes) ?? changes, seen), seen));
    }
}
