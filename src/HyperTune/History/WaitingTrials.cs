using System.Collections;
using System.Collections.Immutable;

namespace HyperTune.History;

/// <summary>The queued trials of a snapshot, put in a row when somebody looks at them: a long queue must not cost a copy with every delta.</summary>
internal sealed class WaitingTrials(ImmutableSortedDictionary<int, TrialRecord> trials) : IReadOnlyList<TrialRecord>
{
    private TrialRecord[]? _row;

    public int Count => trials.Count;

    public TrialRecord this[int index] => Row[index];

    private TrialRecord[] Row => _row ??= [.. trials.Values];

    public IEnumerator<TrialRecord> GetEnumerator() => ((IEnumerable<TrialRecord>)Row).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
