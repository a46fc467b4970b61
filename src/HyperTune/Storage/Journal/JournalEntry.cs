namespace HyperTune.Storage.Journal;

/// <summary>An entry of a journal, with its fields.</summary>
internal readonly struct JournalEntry(AttributeValue fields)
{
    /// <summary>Our own field: how many entries of the same group follow.</summary>
    public const string MoreField = "hypertune:more";

    /// <summary>Our own field: the request that the entry is a part of, as <see cref="JournalRequest"/> writes it.</summary>
    public const string RequestField = "hypertune:request";

    /// <summary>Our own field of a new trial: it tries a failed one again.</summary>
    public const string RetryField = "hypertune:retry";

    /// <summary>An attribute lies in an object that lies in the entry.</summary>
    private const int Envelope = 2;

    /// <summary>Reads the text of an entry. A field or attribute that is nested too deep is an error of whoever asks for it, not of the entry.</summary>
    /// <exception cref="FormatException">It is no JSON object.</exception>
    public static JournalEntry Parse(ReadOnlySpan<char> text, StringCache names)
    {
        AttributeValue fields = PythonJsonReader.Read(text, Envelope, names, passesTooDeep: true);
        return fields.Kind == AttributeKind.Object ? new(fields) : throw new FormatException("it is no JSON object.");
    }

    public long More => Find(MoreField) is { } more && more.TryGetInt64(out long count) ? count : 0;

    public AttributeValue? Find(string name)
    {
        foreach ((string key, AttributeValue value) in fields.MemberArray) if (key == name) return value;
        return null;
    }

    public AttributeValue Get(string name) => Find(name) is not { } value
        ? throw new FormatException($"the field '{name}' is missing.")
        : ReferenceEquals(value, PythonJsonReader.TooDeep) ? throw DeeperThanAllowed(name) : value;

    public long Integer(string name) => Get(name).TryGetInt64(out long value) ? value : throw Wrong(name, "a whole number");

    public double Number(string name) => Get(name).TryGetDouble(out double value) ? value : throw Wrong(name, "a number");

    public string Text(string name) => Get(name).TryGetString(out string? text) ? text : throw Wrong(name, "a text");

    /// <summary>A text that may be absent or null.</summary>
    public string? OptionalText(string name)
    {
        if (Find(name) is not { IsNull: false } value) return null;
        return value.TryGetString(out string? text) ? text : throw Wrong(name, "a text or null");
    }

    public IReadOnlyList<AttributeValue> Items(string name) => Get(name) is { Kind: AttributeKind.Array } array ? array.Items : throw Wrong(name, "an array");

    public KeyValuePair<string, AttributeValue>[] Members(string name)
    {
        KeyValuePair<string, AttributeValue>[] members = MembersOfAnyDepth(name);
        foreach (KeyValuePair<string, AttributeValue> member in members) if (IsTooDeep(member)) throw DeeperThanAllowed(member.Key);
        return members;
    }

    /// <summary>Members some of which may be too deep to be used.</summary>
    public KeyValuePair<string, AttributeValue>[] MembersOfAnyDepth(string name) =>
        Get(name) is { Kind: AttributeKind.Object } value ? value.MemberArray : throw Wrong(name, "an object");

    public static bool IsTooDeep(KeyValuePair<string, AttributeValue> member) => ReferenceEquals(member.Value, PythonJsonReader.TooDeep);

    private static FormatException DeeperThanAllowed(string name) => new($"'{name}' is nested deeper than {AttributeValue.MaxDepth}.");

    private FormatException Wrong(string name, string wanted) => new($"the field '{name}' is {Shorten(Get(name).ToString())}, not {wanted}.");

    private static string Shorten(string? text) => text is { Length: > 100 } ? text[..100] + "…" : text ?? "";
}
