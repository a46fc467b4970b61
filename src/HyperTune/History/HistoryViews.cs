using System.Collections.Concurrent;

namespace HyperTune.History;

/// <summary>The derived views of one study, shared by all its snapshots.</summary>
internal sealed class HistoryViews
{
    private readonly ConcurrentDictionary<object, Slot> _slots = new();

    public T Get<T>(object key, StudyHistory history, Func<StudyHistory, T?, T> extend)
        where T : class
    {
        Slot slot = _slots.GetOrAdd(key, static _ => new Slot());
        lock (slot.Gate)
        {
            if (slot.State is null || slot.Rows < history.Count)
            {
                slot.State = extend(history, (T?)slot.State);
                slot.Rows = history.Count;
            }
            return (T)slot.State;
        }
    }

    private sealed class Slot
    {
        public Lock Gate { get; } = new();

        public object? State { get; set; }

        public int Rows { get; set; } = -1;
    }
}
