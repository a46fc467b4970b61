namespace HyperTune.Storage.Journal;

/// <summary>How to take back the entries that were applied before they were appended.</summary>
internal sealed class JournalUndo
{
    private readonly List<Action> _steps = [];

    public int Count => _steps.Count;

    public void Add(Action step) => _steps.Add(step);

    /// <summary>Forgets all steps: what they would take back stays.</summary>
    public void Clear() => _steps.Clear();

    /// <summary>Takes back what came after a point, the latest first.</summary>
    public void BackTo(int count)
    {
        for (int i = _steps.Count - 1; i >= count; i--) _steps[i]();
        _steps.RemoveRange(count, _steps.Count - count);
    }
}
