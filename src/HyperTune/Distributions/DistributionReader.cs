namespace HyperTune;

/// <summary>Reads the stored form of distributions: current and older classes, and the short form without class name.</summary>
internal static class DistributionReader
{
    internal static Distribution Read(string json)
    {
        var root = AttributeValue.Parse(json);
        try
        {
            if (root.Kind != AttributeKind.Object) throw new FormatException("it should be an object");
            return root.TryGetMember("name", out var name) ? ReadNamed(root, Text(name, "name")) : ReadShort(root);
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            throw new FormatException($"Not a stored distribution: {exception.Message} The text is {Excerpt(json)}", exception);
        }
    }

    private static Distribution ReadNamed(AttributeValue root, string name)
    {
        Allow(root, ["name", "attributes"]);
        if (!root.TryGetMember("attributes", out var attributes) || attributes.Kind != AttributeKind.Object)
            throw new FormatException("'attributes' should be an object.");
        switch (name)
        {
            case nameof(FloatDistribution):
                Allow(attributes, ["step", "low", "high", "log"]);
                return FloatDistribution.Stored(Float(attributes, "low"), Float(attributes, "high"), Flag(attributes, "log"), OptionalFloat(attributes, "step"));
            case nameof(IntDistribution):
                Allow(attributes, ["log", "step", "low", "high"]);
                return IntDistribution.Stored(Integer(attributes, "low"), Integer(attributes, "high"), Flag(attributes, "log"), Integer(attributes, "step", 1));
            case nameof(CategoricalDistribution):
                Allow(attributes, ["choices"]);
                return Categorical(attributes);
            case FloatDistribution.UniformName:
                Allow(attributes, ["low", "high"]);
                return FloatDistribution.Stored(Float(attributes, "low"), Float(attributes, "high"), false, null, FloatDistribution.UniformName);
            case FloatDistribution.LogUniformName:
                Allow(attributes, ["low", "high"]);
                return FloatDistribution.Stored(Float(attributes, "low"), Float(attributes, "high"), true, null, FloatDistribution.LogUniformName);
            case FloatDistribution.DiscreteUniformName:
                Allow(attributes, ["low", "high", "q"]);
                return FloatDistribution.Stored(
                    Float(attributes, "low"), Float(attributes, "high"), false, Float(attributes, "q"), FloatDistribution.DiscreteUniformName);
            case IntDistribution.UniformName:
                Allow(attributes, ["step", "low", "high"]);
                return IntDistribution.Stored(
                    Integer(attributes, "low"), Integer(attributes, "high"), false, Integer(attributes, "step", 1), IntDistribution.UniformName);
            case IntDistribution.LogUniformName:
                Allow(attributes, ["step", "low", "high"]);
                return IntDistribution.Stored(
                    Integer(attributes, "low"), Integer(attributes, "high"), true, Integer(attributes, "step", 1), IntDistribution.LogUniformName);
            default:
                throw new FormatException($"the class '{name}' is unknown.");
        }
    }

    private static Distribution ReadShort(AttributeValue root)
    {
        if (!root.TryGetMember("type", out var type)) throw new FormatException("it has neither 'name' nor 'type'.");
        switch (Text(type, "type"))
        {
            case "float":
                Allow(root, ["type", "low", "high", "step", "log"]);
                return FloatDistribution.Stored(Float(root, "low"), Float(root, "high"), Flag(root, "log"), OptionalFloat(root, "step"));
            case "int":
                Allow(root, ["type", "low", "high", "step", "log"]);
                return IntDistribution.Stored(Integer(root, "low"), Integer(root, "high"), Flag(root, "log"), Integer(root, "step", 1));
            case "categorical":
                Allow(root, ["type", "choices"]);
                return Categorical(root);
            default:
                throw new FormatException($"the type {type} is unknown.");
        }
    }

    private static CategoricalDistribution Categorical(AttributeValue attributes)
    {
        var choices = Needed(attributes, "choices");
        if (choices.Kind != AttributeKind.Array) throw new FormatException($"'choices' is {choices}, not an array.");
        return CategoricalDistribution.Stored(choices.ItemSpan.ToArray());
    }

    private static void Allow(AttributeValue value, ReadOnlySpan<string> names)
    {
        foreach (var (name, _) in value.MemberArray)
        {
            if (!names.Contains(name)) throw new FormatException($"the attribute '{name}' is unknown.");
        }
    }

    private static AttributeValue Needed(AttributeValue value, string name) =>
        value.TryGetMember(name, out var member) ? member : throw new FormatException($"the attribute '{name}' is missing.");

    private static string Text(AttributeValue value, string name) =>
        value.TryGetString(out string? text) ? text : throw new FormatException($"'{name}' is {value}, not a text.");

    private static double Float(AttributeValue attributes, string name) => ToFloat(Needed(attributes, name), name);

    private static double ToFloat(AttributeValue value, string name) =>
        value.TryGetDouble(out double number) ? number : throw new FormatException($"'{name}' is {value}, not a number.");

    private static double? OptionalFloat(AttributeValue attributes, string name) =>
        attributes.TryGetMember(name, out var value) && !value.IsNull ? ToFloat(value, name) : null;

    private static long Integer(AttributeValue attributes, string name) => ToInteger(Needed(attributes, name), name);

    private static long Integer(AttributeValue attributes, string name, long otherwise) =>
        attributes.TryGetMember(name, out var value) && !value.IsNull ? ToInteger(value, name) : otherwise;

    private static long ToInteger(AttributeValue value, string name)
    {
        if (value.TryGetInt64(out long integer)) return integer;
        // Python turns whole doubles into ints here.
        if (value.Kind == AttributeKind.Number && value.AsDouble() is var number && number == Math.Truncate(number) && Math.Abs(number) < 9e18) return (long)number;
        throw new FormatException($"'{name}' is {value}, not a whole number of 64 bits.");
    }

    private static bool Flag(AttributeValue attributes, string name)
    {
        if (!attributes.TryGetMember(name, out var value)) return false;
        return value.TryGetBoolean(out bool flag) ? flag : throw new FormatException($"'{name}' is {value}, not a bool.");
    }

    private static string Excerpt(string json) => json.Length <= 200 ? json : json[..200] + "…";
}
