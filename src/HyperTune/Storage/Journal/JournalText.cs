using System.Globalization;
using System.Text;

namespace HyperTune.Storage.Journal;

/// <summary>Builds the text of one entry after the other, byte for byte as Optuna writes them.</summary>
/// <param name="workerId">Who writes.</param>
/// <param name="isCompact">Whether blanks behind commas and colons are left out.</param>
internal sealed class JournalText(string workerId, bool isCompact)
{
    private readonly StringBuilder _text = new();
    private readonly string _comma = isCompact ? "," : ", ";
    private readonly string _colon = isCompact ? ":" : ": ";

    public JournalText Begin(long operation)
    {
        _text.Clear().Append("{\"op_code\"").Append(_colon).Append(operation.ToString(CultureInfo.InvariantCulture));
        return Field("worker_id", workerId);
    }

    public JournalText Field(string name, long value)
    {
        PythonJson.Append(Name(name), value);
        return this;
    }

    public JournalText Field(string name, double value)
    {
        PythonJson.Append(Name(name), value);
        return this;
    }

    public JournalText Field(string name, string? value)
    {
        if (value is null) Name(name).Append("null");
        else PythonJson.Append(Name(name), value);
        return this;
    }

    public JournalText Field(string name, DateTimeOffset? value) => Field(name, value is { } time ? JournalTimes.Write(time) : null);

    /// <summary>An array of doubles; null for none.</summary>
    public JournalText Field(string name, IReadOnlyList<double> values)
    {
        Name(name);
        if (values.Count == 0)
        {
            _text.Append("null");
            return this;
        }
        for (int i = 0; i < values.Count; i++) PythonJson.Append(_text.Append(i == 0 ? "[" : _comma), values[i]);
        _text.Append(']');
        return this;
    }

    public JournalText Field(string name, AttributeValue value)
    {
        PythonJson.Append(Name(name), value, isCompact);
        return this;
    }

    /// <summary>An object with one member.</summary>
    public JournalText Field(string name, string key, AttributeValue value)
    {
        PythonJson.Append(Name(name).Append('{'), key);
        PythonJson.Append(_text.Append(_colon), value, isCompact);
        _text.Append('}');
        return this;
    }

    /// <summary>An object whose members are written one by one.</summary>
    public JournalText Field<T>(string name, IEnumerable<T> members, Action<StringBuilder, T> writeKey, Action<StringBuilder, T> writeValue)
    {
        Name(name).Append('{');
        bool isFirst = true;
        foreach (T member in members)
        {
            if (!isFirst) _text.Append(_comma);
            isFirst = false;
            writeKey(_text, member);
            writeValue(_text.Append(_colon), member);
        }
        _text.Append('}');
        return this;
    }

    public JournalText Field(string name, AttributeSet attributes) =>
        Field(name, attributes, static (text, entry) => PythonJson.Append(text, entry.Key), (text, entry) => PythonJson.Append(text, entry.Value, isCompact));

    public JournalText Field(string name, JournalRequest? request) => request is { } known ? Field(name, known.ToString()) : this;

    /// <summary>The entry so far, without the brace that ends it, so that more fields can follow.</summary>
    public string Open() => _text.ToString();

    /// <summary>An entry with the number of those that follow in its group, if there are any.</summary>
    public string Close(string open, int more) =>
        more == 0 ? open + "}" : string.Create(CultureInfo.InvariantCulture, $"{open}{_comma}\"{JournalEntry.MoreField}\"{_colon}{more}}}");

    private StringBuilder Name(string name) => _text.Append(_comma).Append('"').Append(name).Append('"').Append(_colon);
}
