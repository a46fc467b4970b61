namespace HyperTune.Spaces;

/// <summary>A set of names that some trials have, and the places at which they were suggested.</summary>
/// <param name="bit">The bit that stands for the pattern.</param>
/// <param name="sorted">The indices of the names, ascending.</param>
internal sealed class NamePattern(ulong bit, int[] sorted)
{
    private readonly int[] _first = [.. Enumerable.Repeat(int.MaxValue, sorted.Length)];
    private readonly int[] _last = [.. Enumerable.Repeat(-1, sorted.Length)];

    public ulong Bit => bit;

    /// <summary>The schema of the trial seen last.</summary>
    public ParameterSchema? Schema { get; private set; }

    /// <summary>The indices of the names in that schema's order.</summary>
    public int[] Indices { get; private set; } = [];

    public bool HasNames(ReadOnlySpan<int> names) => names.SequenceEqual(sorted);

    /// <summary>Takes in the order of another schema.</summary>
    /// <returns>Whether some name stood elsewhere before.</returns>
    public bool Follow(ParameterSchema schema, int[] indices)
    {
        (Schema, Indices) = (schema, indices);
        bool isNew = false;
        for (int place = 0; place < indices.Length; place++)
        {
            int i = Array.BinarySearch(sorted, indices[place]);
            isNew |= place < _first[i] || place > _last[i];
            _first[i] = Math.Min(_first[i], place);
            _last[i] = Math.Max(_last[i], place);
        }
        return isNew;
    }

    /// <summary>Whether the first name stood before the second in all trials of the pattern, which has both or not the second.</summary>
    public bool Precedes(int first, int second)
    {
        int j = Array.BinarySearch(sorted, second);
        return j < 0 || LastPlace(first) < _first[j];
    }

    /// <summary>The last place at which a name stood; -1 if the pattern lacks it.</summary>
    public int LastPlace(int name)
    {
        int i = Array.BinarySearch(sorted, name);
        return i < 0 ? -1 : _last[i];
    }
}
