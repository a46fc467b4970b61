using System.Globalization;
using System.Numerics;
using System.Text.Json;
using CsCheck;
using HyperTune.Testing;

namespace HyperTune.Tests.Attributes;

public sealed class AttributeValueTests
{
    private static readonly Gen<AttributeValue> Scalars = Gen.OneOf(
        Gen.Const(AttributeValue.Null),
        Gen.Bool.Select(value => (AttributeValue)value),
        Gen.Long.Select(value => (AttributeValue)value),
        Gen.Double.Select(value => (AttributeValue)value),
        Gen.Double.Unit.Select(value => (AttributeValue)value),
        Gen.Char.Array.Select(value => (AttributeValue)new string(value)),
        Gen.Long.Select(Gen.Long, (x, y) => AttributeValue.Integer((BigInteger)x * y)));

    private static readonly Gen<AttributeValue> Values = Gen.Recursive<AttributeValue>((depth, value) => depth == 4
        ? Scalars
        : Gen.OneOf(
            Scalars,
            value.Array[0, 4].Select(items => AttributeValue.Array(items)),
            Gen.Select(Gen.String, value).Array[0, 4].Select(members => AttributeValue.Object(
                members.DistinctBy(member => member.Item1).Select(member => (member.Item1, (AttributeValue?)member.Item2))))));

    /// <summary>Kept texts are those of the reader without a cache, also where a text without an end looks like one that was kept.</summary>
    [Fact]
    public void Read_WithKeptTexts_GivesWhatItGivesWithoutThem()
    {
        string[] texts = ["\"a\\\"b\"", "\"a\\\"b", "\"a\\\"b\\", "\"\\u00e9\\\\\"", "\"\\\\\"", "\"\\x\"", "\"a\tb\"", "{\"\\n\":\"a\\\"b\"}", $"\"\\n{new string('x', 1000)}\""];
        var names = new StringCache();
        for (int round = 0; round < 2; round++) Assert.All(texts, text => Assert.Equal(Answer(text, null), Answer(text, names)));
        Values.Sample(value => Assert.Equal(value, PythonJsonReader.Read(value.ToJson(), names: names)));

        static string Answer(string text, StringCache? names)
        {
            try
            {
                return PythonJsonReader.Read(text, names: names).ToJson();
            }
            catch (FormatException exception)
            {
                return exception.Message;
            }
        }
    }

    [Theory]
    [InlineData(0.0, "0.0")]
    [InlineData(-0.0, "-0.0")]
    [InlineData(1.0, "1.0")]
    [InlineData(-1.5, "-1.5")]
    [InlineData(0.1, "0.1")]
    [InlineData(100.0, "100.0")]
    [InlineData(123456789.125, "123456789.125")]
    [InlineData(0.0001, "0.0001")]
    [InlineData(0.00012345, "0.00012345")]
    [InlineData(0.00001, "1e-05")]
    [InlineData(0.000099999, "9.9999e-05")]
    [InlineData(1e-7, "1e-07")]
    [InlineData(1e-300, "1e-300")]
    [InlineData(1e15, "1000000000000000.0")]
    [InlineData(9007199254740993.0, "9007199254740992.0")]
    [InlineData(9999999999999998.0, "9999999999999998.0")]
    [InlineData(1e16, "1e+16")]
    [InlineData(1.8014398509481984e16, "1.8014398509481984e+16")]
    [InlineData(123456789012345678.0, "1.2345678901234568e+17")]
    [InlineData(1e22, "1e+22")]
    [InlineData(1e300, "1e+300")]
    [InlineData(5e-324, "5e-324")]
    [InlineData(2.2250738585072014e-308, "2.2250738585072014e-308")]
    [InlineData(-1.7976931348623157e308, "-1.7976931348623157e+308")]
    [InlineData(0.30000000000000004, "0.30000000000000004")]
    [InlineData(2.9802322387695312e-08, "2.9802322387695312e-08")]
    [InlineData(4.1045368012983762e-289, "4.1045368012983762e-289")]
    [InlineData(5.684341886080801e-14, "5.684341886080801e-14")]
    [InlineData(5.684341886080802e-14, "5.684341886080802e-14")]
    [InlineData(double.NaN, "NaN")]
    [InlineData(double.PositiveInfinity, "Infinity")]
    [InlineData(double.NegativeInfinity, "-Infinity")]
    public void ToJson_Double_IsPythons(double value, string expected) => Assert.Equal(expected, ((AttributeValue)value).ToJson());

    [Theory]
    [InlineData("", "\"\"")]
    [InlineData("plain / ~", "\"plain / ~\"")]
    [InlineData("\"\\", "\"\\\"\\\\\"")]
    [InlineData("\n\r\t\b\f", "\"\\n\\r\\t\\b\\f\"")]
    [InlineData("\0\u001f\u007f", "\"\\u0000\\u001f\u007f\"")]
    [InlineData("é漢", "\"\\u00e9\\u6f22\"")]
    [InlineData("😀", "\"\\ud83d\\ude00\"")]
    public void ToJson_String_IsAscii(string value, string expected)
    {
        Assert.Equal(expected, ((AttributeValue)value).ToJson());
        Assert.Equal(value, AttributeValue.Parse(expected).AsString());
    }

    [Fact]
    public void ToJson_LoneSurrogate_StaysOneEscape()
    {
        string text = "a\ud800b";

        Assert.Equal("\"a\\ud800b\"", ((AttributeValue)text).ToJson());
        Assert.Equal(text, AttributeValue.Parse("\"a\\ud800b\"").AsString());
    }

    [Fact]
    public void ToJson_Nested_HasPythonsSeparators()
    {
        var value = AttributeValue.Object(
            ("z", 1), ("a", AttributeValue.Array(1.0, true, null, "x")), ("empty", AttributeValue.Array()), ("none", AttributeValue.Object()));

        Assert.Equal("{\"z\": 1, \"a\": [1.0, true, null, \"x\"], \"empty\": [], \"none\": {}}", value.ToJson());
    }

    [Fact]
    public void Json_round_trips() => Values.Sample(value =>
    {
        string json = value.ToJson();
        var back = AttributeValue.Parse(json);
        return back.Equals(value) && back.GetHashCode() == value.GetHashCode() && back.ToJson() == json && json.All(c => c <= '\x7f');
    });

    [Fact]
    public void Doubles_round_trip_bit_for_bit() => Gen.Long.Select(BitConverter.Int64BitsToDouble).Where(double.IsFinite).Sample(value =>
    {
        string json = ((AttributeValue)value).ToJson();
        return BitConverter.DoubleToInt64Bits(double.Parse(json, CultureInfo.InvariantCulture)) == BitConverter.DoubleToInt64Bits(value)
            && json.AsSpan().IndexOfAny('.', 'e') >= 0
            && BitConverter.DoubleToInt64Bits(AttributeValue.Parse(json).AsDouble()) == BitConverter.DoubleToInt64Bits(value);
    });

    [Fact]
    public void Powers_of_two_round_trip()
    {
        for (int exponent = -1074; exponent <= 1023; exponent++)
        {
            double value = Math.ScaleB(1, exponent);
            Assert.Equal(value, double.Parse(((AttributeValue)value).ToJson(), CultureInfo.InvariantCulture));
        }
    }

    [Theory]
    [InlineData("{}", AttributeKind.Object)]
    [InlineData(" [ ] ", AttributeKind.Array)]
    [InlineData("\t\r\n1", AttributeKind.Integer)]
    [InlineData("-0", AttributeKind.Integer)]
    [InlineData("-0.0", AttributeKind.Number)]
    [InlineData("1e5", AttributeKind.Number)]
    [InlineData("1E+5", AttributeKind.Number)]
    [InlineData("123456789012345678901234567890", AttributeKind.Integer)]
    [InlineData("NaN", AttributeKind.Number)]
    [InlineData("-Infinity", AttributeKind.Number)]
    [InlineData("\"NaN\"", AttributeKind.String)]
    [InlineData("null", AttributeKind.Null)]
    [InlineData("false", AttributeKind.Boolean)]
    public void Parse_GoodText_HasKind(string json, AttributeKind kind) => Assert.Equal(kind, AttributeValue.Parse(json).Kind);

    [Theory]
    [InlineData("", 0)]
    [InlineData("  ", 2)]
    [InlineData("nul", 0)]
    [InlineData("nan", 0)]
    [InlineData("True", 0)]
    [InlineData("-", 0)]
    [InlineData("+1", 0)]
    [InlineData("01", 1)]
    [InlineData(".5", 0)]
    [InlineData("1.", 2)]
    [InlineData("1e", 2)]
    [InlineData("1 2", 2)]
    [InlineData("[1,]", 3)]
    [InlineData("[1 2]", 3)]
    [InlineData("[1", 2)]
    [InlineData("{\"a\":1,}", 7)]
    [InlineData("{\"a\" 1}", 5)]
    [InlineData("{a: 1}", 1)]
    [InlineData("\"a", 2)]
    [InlineData("\"\n\"", 1)]
    [InlineData("\"\\x\"", 2)]
    [InlineData("\"\\u12g4\"", 5)]
    [InlineData("'a'", 0)]
    public void Parse_BadText_SaysWhere(string json, int position)
    {
        var refusal = Assert.Throws<FormatException>(() => AttributeValue.Parse(json));

        Assert.Contains($"at position {position} ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_TooDeep_IsRefused()
    {
        Assert.Equal(AttributeKind.Array, AttributeValue.Parse(new string('[', 512) + new string(']', 512)).Kind);
        Assert.Throws<FormatException>(() => AttributeValue.Parse(new string('[', 513) + new string(']', 513)));
        Assert.Throws<FormatException>(() => AttributeValue.Parse(new string('[', 1_000_000)));
    }

    [Fact]
    public void Array_TooDeep_IsRefused()
    {
        var value = AttributeValue.Null;
        for (int i = 0; i < 512; i++) value = AttributeValue.Array(value);

        Assert.Equal(1024 + 4, value.ToJson().Length);
        Assert.Throws<ArgumentException>(() => AttributeValue.Array(value));
        Assert.Throws<ArgumentException>(() => AttributeValue.Object(("a", value)));
    }

    [Fact]
    public void Parse_NameTwice_LastValueAtFirstPlace() =>
        Assert.Equal("{\"a\": 3, \"b\": 2}", AttributeValue.Parse("{\"a\": 1, \"b\": 2, \"a\": 3}").ToJson());

    [Fact]
    public void Object_NameTwice_IsRefused() => Assert.Throws<ArgumentException>(() => AttributeValue.Object(("a", 1), ("a", 2)));

    [Fact]
    public void Accessors_give_the_value_of_their_kind()
    {
        AttributeValue flag = true, integer = 7L, number = 2.5, text = "x";

        Assert.True(flag.AsBoolean());
        Assert.Equal(7, integer.AsInt64());
        Assert.Equal(7.0, integer.AsDouble());
        Assert.Equal(2.5, number.AsDouble());
        Assert.Equal("x", text.AsString());
        Assert.Equal(BigInteger.Pow(10, 30), AttributeValue.Integer(BigInteger.Pow(10, 30)).AsBigInteger());
        Assert.Equal(7, AttributeValue.Integer(7).AsInt64());
        Assert.Equal("[\"a\", null]", ((AttributeValue)new[] { "a", null }).ToJson());
        Assert.Equal("[1.0, NaN]", ((AttributeValue)new[] { 1.0, double.NaN }).ToJson());
        Assert.Equal("[1, 2]", ((AttributeValue)new[] { 1, 2 }).ToJson());
        Assert.True(((AttributeValue)(string?)null).IsNull);
        var parsed = AttributeValue.Parse("{\"a\": [1, 2]}");
        Assert.True(parsed.TryGetMember("a", out var items));
        Assert.Equal([1, 2], items.Items);
        Assert.Equal("a", Assert.Single(parsed.Members).Key);
        Assert.False(parsed.TryGetMember("b", out _));
        Assert.False(integer.TryGetMember("a", out _));
    }

    [Fact]
    public void Accessors_refuse_other_kinds()
    {
        AttributeValue text = "x", number = 1.0;

        Assert.Contains("of kind String", Assert.Throws<InvalidOperationException>(() => text.AsDouble()).Message, StringComparison.Ordinal);
        Assert.Throws<InvalidOperationException>(() => number.AsInt64());
        Assert.Throws<InvalidOperationException>(() => number.AsString());
        Assert.Throws<InvalidOperationException>(() => number.AsBoolean());
        Assert.Throws<InvalidOperationException>(() => number.AsBigInteger());
        Assert.Throws<InvalidOperationException>(() => number.Items);
        Assert.Throws<InvalidOperationException>(() => number.Members);
        Assert.Throws<InvalidOperationException>(() => AttributeValue.Parse("12345678901234567890").AsInt64());
        Assert.False(text.TryGetDouble(out _));
        Assert.False(text.TryGetInt64(out _));
        Assert.False(text.TryGetBoolean(out _));
        Assert.False(number.TryGetString(out _));
    }

    [Fact]
    public void From_wraps_plain_objects_and_back()
    {
        object?[] plain = [null, true, 5L, 2.5, "x"];
        foreach (object? value in plain) Assert.Equal(value, AttributeValue.From(value).ToObject());
        Assert.Equal(5L, AttributeValue.From((byte)5).ToObject());
        Assert.Equal(0.5, AttributeValue.From(0.5f).ToObject());
        Assert.Equal("18446744073709551615", AttributeValue.From(ulong.MaxValue).ToJson());
        Assert.Throws<ArgumentException>(() => AttributeValue.From(TimeSpan.Zero));
        Assert.Throws<ArgumentException>(() => AttributeValue.From(1m));
    }

    [Fact]
    public void Equality_knows_kinds()
    {
        Assert.NotEqual((AttributeValue)1, 1.0);
        Assert.NotEqual((AttributeValue)true, 1);
        Assert.NotEqual((AttributeValue)"1", 1);
        Assert.NotEqual(AttributeValue.Null, false);
        Assert.Equal((AttributeValue)double.NaN, double.NaN);
        Assert.Equal((AttributeValue)0.0, -0.0);
        Assert.Equal(((AttributeValue)0.0).GetHashCode(), ((AttributeValue)(-0.0)).GetHashCode());
        Assert.Equal(AttributeValue.Parse("{\"a\": 1, \"b\": 2}"), AttributeValue.Parse("{\"b\": 2, \"a\": 1}"));
        Assert.Equal(AttributeValue.Parse("{\"a\": 1, \"b\": 2}").GetHashCode(), AttributeValue.Parse("{\"b\": 2, \"a\": 1}").GetHashCode());
        Assert.NotEqual(AttributeValue.Parse("{\"a\": 1}"), AttributeValue.Parse("{\"b\": 1}"));
        Assert.NotEqual(AttributeValue.Parse("[1, 2]"), AttributeValue.Parse("[2, 1]"));
    }

    [Fact]
    [Trait("Category", "Golden")]
    public void Stored_attributes_read_as_expected()
    {
        using var expected = GoldenFile.Open("interop/expected.json");
        int count = 0;
        foreach (var study in expected.RootElement.GetProperty("studies").EnumerateArray())
        {
            var holders = study.GetProperty("trials").EnumerateArray().Prepend(study);
            foreach (var map in holders.SelectMany(holder => new[] { holder.GetProperty("user_attrs"), holder.GetProperty("system_attrs") }))
            {
                foreach (var attribute in map.EnumerateObject())
                {
                    AssertSame(attribute.Value, AttributeValue.Parse(attribute.Value.GetRawText()));
                    count++;
                }
            }
        }
        Assert.True(count > 50);
    }

    private static void AssertSame(JsonElement expected, AttributeValue actual)
    {
        Assert.Equal(actual, AttributeValue.Parse(actual.ToJson()));
        switch (expected.ValueKind)
        {
            case JsonValueKind.Object:
                Assert.Equal(expected.EnumerateObject().Select(member => member.Name), actual.Members.Select(member => member.Key));
                foreach (var member in expected.EnumerateObject())
                {
                    Assert.True(actual.TryGetMember(member.Name, out var value));
                    AssertSame(member.Value, value);
                }
                break;
            case JsonValueKind.Array:
                Assert.Equal(expected.GetArrayLength(), actual.Items.Count);
                for (int i = 0; i < actual.Items.Count; i++) AssertSame(expected[i], actual.Items[i]);
                break;
            case JsonValueKind.String:
                Assert.Equal(expected.GetString(), actual.AsString());
                break;
            case JsonValueKind.Number:
                Assert.Equal(expected.GetRawText().AsSpan().IndexOfAny('.', 'e', 'E') < 0 ? AttributeKind.Integer : AttributeKind.Number, actual.Kind);
                Assert.Equal(expected.GetDouble(), actual.AsDouble());
                break;
            case JsonValueKind.Null:
                Assert.True(actual.IsNull);
                break;
            default:
                Assert.Equal(expected.GetBoolean(), actual.AsBoolean());
                break;
        }
    }
}
