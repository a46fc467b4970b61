namespace HyperTune.Storage.Relational;

/// <summary>The attributes of a study as they were read: values with the texts that they came from, so that only changed texts are parsed again.</summary>
internal sealed class StudyAttributes
{
    public static readonly StudyAttributes None = new([], AttributeSet.Empty);

    private readonly Dictionary<string, (string Text, AttributeValue? Value)> _read;

    private StudyAttributes(Dictionary<string, (string Text, AttributeValue? Value)> read, AttributeSet set)
    {
        _read = read;
        Set = set;
    }

    public AttributeSet Set { get; }

    /// <summary>Takes the rows (key, JSON text) of a statement.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="complain">Told of the key and the fault of a value that cannot be read; it is left out.</param>
    /// <returns>This object, if nothing changed.</returns>
    public async ValueTask<StudyAttributes> ReadAsync(SqlRows rows, Action<string, string> complain)
    {
        // Compared first, copied only on the first difference: most reads find what the last one found.
        Dictionary<string, (string Text, AttributeValue? Value)>? read = null;
        int same = 0;
        var seen = new List<string>();
        while (await rows.ReadAsync().ConfigureAwait(false))
        {
            string key = rows.GetText(0) ?? "";
            string? text = rows.GetText(1);
            bool isKnown = _read.TryGetValue(key, out var known);
            if (read is null && isKnown && known.Text == text)
            {
                same++;
                seen.Add(key);
                continue;
            }
            if (read is null)
            {
                read = new(StringComparer.Ordinal);
                foreach (string earlier in seen) read.Add(earlier, _read[earlier]);
            }
            read[key] = isKnown && known.Text == text ? known : (text ?? "", Parse(key, text, complain));
        }
        if (read is null)
        {
            if (same == _read.Count) return this;
            read = new(StringComparer.Ordinal);
            foreach (string earlier in seen) read.Add(earlier, _read[earlier]);
        }
        AttributeSet set = AttributeSet.Of([.. read.Where(entry => entry.Value.Value is not null).Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Value!))]);
        return new StudyAttributes(read, set);
    }

    /// <summary>These attributes with those that changed: new ones in the order of their ids, as a whole reading would find them.</summary>
    public StudyAttributes With(List<(long Id, string Key, string? Text)> changes, Action<string, string> complain)
    {
        if (changes.Count == 0) return this;
        changes.Sort(static (left, right) => left.Id.CompareTo(right.Id));
        var values = new List<KeyValuePair<string, AttributeValue>>(changes.Count);
        AttributeSet set = Set;
        foreach ((_, string key, string? text) in changes)
        {
            if (Parse(key, text, complain) is { } value)
            {
                // A database that cannot tell exactly names some that have not changed.
                if (!set.TryGetValue(key, out AttributeValue? known) || !known.Equals(value)) values.Add(new(key, value));
            }
            // It was read before and cannot be any more.
            else if (set.ContainsKey(key)) set = AttributeSet.Of(set.Where(entry => entry.Key != key).ToArray());
        }
        return values.Count == 0 && ReferenceEquals(set, Set) ? this : new StudyAttributes(None._read, set.With(values));
    }

    private static AttributeValue? Parse(string key, string? text, Action<string, string> complain)
    {
        if (text is null)
        {
            complain(key, "it is no text");
            return null;
        }
        try
        {
            return AttributeValue.Parse(text);
        }
        catch (FormatException exception)
        {
            complain(key, exception.Message);
            return null;
        }
    }
}
