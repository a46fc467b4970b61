using System.Globalization;
using System.Numerics;
using System.Text;

namespace HyperTune;

/// <summary>Reads JSON with Python's three bare words for non-finite numbers.</summary>
internal ref struct PythonJsonReader
{
    /// <summary>What stands for a member that is nested too deep. Known by its reference.</summary>
    internal static readonly AttributeValue TooDeep = AttributeValue.Object();

    private const int SearchedMembers = 12;

    private readonly ReadOnlySpan<char> _text;
    private readonly StringCache? _names;
    private readonly bool _passesTooDeep;
    private int _position;
    private bool _hasPassed;
    private StringBuilder? _buffer;

    private PythonJsonReader(ReadOnlySpan<char> text, StringCache? names, bool passesTooDeep)
    {
        _text = text;
        _names = names;
        _passesTooDeep = passesTooDeep;
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="envelope">How many levels of nesting the value is wrapped in, which do not count towards <see cref="AttributeValue.MaxDepth"/>.</param>
    /// <param name="names">Texts that come again and again, so that each is made once; null for none.</param>
    /// <param name="passesTooDeep">Whether a member of the envelope's objects that is nested too deep is passed over, with <see cref="TooDeep"/> in its place, instead of failing the whole.</param>
    internal static AttributeValue Read(ReadOnlySpan<char> text, int envelope = 0, StringCache? names = null, bool passesTooDeep = false)
    {
        var reader = new PythonJsonReader(text, names, passesTooDeep);
        reader.SkipBlanks();
        var value = reader.ReadValue(-envelope);
        reader.SkipBlanks();
        return reader._position == text.Length ? value : throw reader.Bad("something follows the value");
    }

    private AttributeValue ReadValue(int depth)
    {
        if (_position >= _text.Length) throw Bad("the text ends where a value should be");
        switch (_text[_position])
        {
            case '"': return ReadString();
            case '[': return ReadArray(depth + 1);
            case '{': return ReadObject(depth + 1);
            case 'n': return Word("null", AttributeValue.Null);
            case 't': return Word("true", AttributeValue.True);
            case 'f': return Word("false", AttributeValue.False);
            case 'N': return Word("NaN", double.NaN);
            case 'I': return Word("Infinity", double.PositiveInfinity);
            case '-' when _position + 1 < _text.Length && _text[_position + 1] == 'I': return Word("-Infinity", double.NegativeInfinity);
            default: return ReadNumber();
        }
    }

    private AttributeValue Word(string word, AttributeValue value)
    {
        if (!_text[_position..].StartsWith(word, StringComparison.Ordinal)) throw Bad("there is no value of JSON");
        _position += word.Length;
        return value;
    }

    private AttributeValue ReadNumber()
    {
        int start = _position;
        if (At('-')) _position++;
        if (At('0')) _position++;
        else if (SkipDigits() == 0) { _position = start; throw Bad("there is no value of JSON"); }
        bool isInteger = true;
        if (At('.'))
        {
            isInteger = false;
            _position++;
            if (SkipDigits() == 0) throw Bad("a digit should follow the point");
        }
        if (At('e') || At('E'))
        {
            isInteger = false;
            _position++;
            if (At('+') || At('-')) _position++;
            if (SkipDigits() == 0) throw Bad("a digit should follow the exponent sign");
        }
        var text = _text[start.._position];
        if (!isInteger) return double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture);
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long integer)) return integer;
        return AttributeValue.Integer(BigInteger.Parse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture));
    }

    private string ReadString()
    {
        int start = ++_position;
        int length = _text[start..].IndexOfAny('"', '\\');
        if (length >= 0 && _text[start + length] == '"' && !_text.Slice(start, length).ContainsAnyInRange('\0', '\x1f'))
        {
            _position = start + length + 1;
            return _names is null ? _text.Slice(start, length).ToString() : _names.Get(_text.Slice(start, length));
        }
        length = _names is null ? -1 : EscapedLength(_text[start..]);
        if (_names is null || length < 0) return ReadEscapedString();
        ReadOnlySpan<char> escaped = _text.Slice(start, length);
        if (_names.FindUnescaped(escaped) is not { } known)
        {
            known = ReadEscapedString();
            _names.KeepUnescaped(escaped, known);
        }
        _position = start + length + 1;
        return known;
    }

    /// <summary>The length up to the quote that ends a string; -1 if there is none.</summary>
    private static int EscapedLength(ReadOnlySpan<char> text)
    {
        int length = 0;
        while (length < text.Length)
        {
            int plain = text[length..].IndexOfAny('"', '\\');
            if (plain < 0) return -1;
            length += plain;
            if (text[length] == '"') return length;
            length += 2;
        }
        return -1;
    }

    private string ReadEscapedString()
    {
        var buffer = (_buffer ??= new StringBuilder()).Clear();
        while (true)
        {
            ReadOnlySpan<char> rest = _text[_position..];
            int plain = rest.IndexOfAny('"', '\\');
            if (plain < 0) plain = rest.Length;
            if (rest[..plain].IndexOfAnyInRange('\0', '\x1f') is >= 0 and var control)
            {
                _position += control;
                throw Bad("a control character stands inside a string without being escaped");
            }
            buffer.Append(rest[..plain]);
            _position += plain;
            if (_position >= _text.Length) throw Bad("the text ends inside a string");
            if (_text[_position++] == '"') return buffer.ToString();
            buffer.Append(ReadEscape());
        }
    }

    private char ReadEscape()
    {
        if (_position >= _text.Length) throw Bad("the text ends inside a string");
        char c = _text[_position++];
        switch (c)
        {
            case '"' or '\\' or '/': return c;
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'b': return '\b';
            case 'f': return '\f';
            case 'u':
                int code = 0;
                for (int i = 0; i < 4; i++, _position++)
                {
                    if (_position >= _text.Length || !char.IsAsciiHexDigit(_text[_position])) throw Bad("four hexadecimal digits should follow \\u");
                    code = (code << 4) | Convert.ToInt32(_text[_position].ToString(), 16);
                }
                return (char)code;
            default:
                _position--;
                throw Bad("the escape is unknown");
        }
    }

    private AttributeValue ReadArray(int depth)
    {
        if (depth > AttributeValue.MaxDepth) return PassTooDeep();
        _position++;
        SkipBlanks();
        var items = new List<AttributeValue>();
        if (TakeIf(']')) return AttributeValue.ArrayOf([]);
        while (true)
        {
            items.Add(ReadValue(depth));
            SkipBlanks();
            if (TakeIf(']')) return AttributeValue.ArrayOf([.. items]);
            if (!TakeIf(',')) throw Bad("a comma or ] should follow an element");
            SkipBlanks();
        }
    }

    private AttributeValue ReadObject(int depth)
    {
        if (depth > AttributeValue.MaxDepth) return PassTooDeep();
        _position++;
        SkipBlanks();
        var members = new List<KeyValuePair<string, AttributeValue>>(8);
        if (TakeIf('}')) return AttributeValue.ObjectOf([]);
        Dictionary<string, int>? places = null;
        while (true)
        {
            if (!At('"')) throw Bad("a name in quotes should stand here");
            string name = ReadString();
            SkipBlanks();
            if (!TakeIf(':')) throw Bad("a colon should follow a name");
            SkipBlanks();
            AttributeValue value = ReadValue(depth);
            if (_hasPassed && depth <= 0) (value, _hasPassed) = (TooDeep, false);
            var member = KeyValuePair.Create(name, value);
            // The last value of a name counts, at the place of the first, as in a Python dict.
            int place = PlaceOf(name, members, ref places);
            if (place == members.Count) members.Add(member);
            else members[place] = member;
            SkipBlanks();
            if (TakeIf('}')) return AttributeValue.ObjectOf([.. members]);
            if (!TakeIf(',')) throw Bad("a comma or } should follow a member");
            SkipBlanks();
        }
    }

    /// <summary>Where a name is among the members, or will be. Few are searched one by one.</summary>
    private static int PlaceOf(string name, List<KeyValuePair<string, AttributeValue>> members, ref Dictionary<string, int>? places)
    {
        if (members.Count < SearchedMembers)
        {
            for (int i = 0; i < members.Count; i++) if (members[i].Key == name) return i;
            return members.Count;
        }
        if (places is null)
        {
            places = new(StringComparer.Ordinal);
            for (int i = 0; i < members.Count; i++) places.Add(members[i].Key, i);
        }
        return places.TryAdd(name, members.Count) ? members.Count : places[name];
    }

    /// <summary>Passes over an array or object without looking closely, whatever its own depth.</summary>
    private AttributeValue PassTooDeep()
    {
        if (!_passesTooDeep) throw Bad($"the nesting is deeper than {AttributeValue.MaxDepth}");
        int open = 0;
        do
        {
            if (_position >= _text.Length) throw Bad("the text ends inside an array or an object");
            switch (_text[_position])
            {
                case '"':
                    ReadString();
                    continue;
                case '[' or '{':
                    open++;
                    break;
                case ']' or '}':
                    open--;
                    break;
            }
            _position++;
        }
        while (open > 0);
        _hasPassed = true;
        return TooDeep;
    }

    private void SkipBlanks()
    {
        while (_position < _text.Length && (_text[_position] is ' ' or '\n' or '\r' or '\t')) _position++;
    }

    private int SkipDigits()
    {
        int start = _position;
        while (_position < _text.Length && char.IsAsciiDigit(_text[_position])) _position++;
        return _position - start;
    }

    private readonly bool At(char c) => _position < _text.Length && _text[_position] == c;

    private bool TakeIf(char c)
    {
        bool isThere = At(c);
        if (isThere) _position++;
        return isThere;
    }

    private readonly FormatException Bad(string what)
    {
        int from = Math.Max(0, _position - 10);
        string excerpt = _text.Slice(from, Math.Min(20, _text.Length - from)).ToString();
        return new(string.Create(CultureInfo.InvariantCulture, $"Not a JSON text: {what}, at position {_position} near '{excerpt}'."));
    }
}
