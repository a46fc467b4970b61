using System.Globalization;
using System.Text;

namespace HyperTune.Trials;

/// <summary>The stored form of jointly drawn parameters: a JSON object of external values, cut into pieces, as Optuna's samplers store it.</summary>
/// <remarks>With it workers in other processes see what a running trial will ask for before it does.</remarks>
internal static class JointSample
{
    /// <summary>The attributes that hold a joint sample.</summary>
    public static AttributeSet Encode(ParameterSet sample)
    {
        string text = AttributeValue.Object(sample.Select(parameter => (parameter.Name, (AttributeValue?)AttributeValue.From(parameter.External)))).ToJson();
        var pieces = new List<KeyValuePair<string, AttributeValue>>();
        for (int start = 0; start < text.Length; start += SystemKeys.PieceLength)
        {
            pieces.Add(new(Key(SystemKeys.JointSamplePrefix, pieces.Count), text.Substring(start, Math.Min(SystemKeys.PieceLength, text.Length - start))));
        }
        return AttributeSet.Of(pieces);
    }

    /// <summary>Reads a joint sample; parameters without a known distribution or with a value outside of it are left out.</summary>
    public static IEnumerable<Parameter> Decode(AttributeSet attributes, Func<string, Distribution?> distributionOf)
    {
        foreach ((string name, AttributeValue value) in DecodeExternal(attributes))
        {
            if (distributionOf(name) is { } distribution && distribution.TryToInternal(value.ToObject(), out double internalValue))
            {
                yield return new(name, distribution, internalValue);
            }
        }
    }

    /// <summary>Reads the external values of a joint sample; none when there is no sample, or only a part of its text.</summary>
    public static IReadOnlyList<KeyValuePair<string, AttributeValue>> DecodeExternal(AttributeSet attributes)
    {
        if ((Text(attributes, SystemKeys.JointSamplePrefix) ?? Text(attributes, SystemKeys.GpJointSamplePrefix)) is not { } text) return [];
        try
        {
            AttributeValue sample = AttributeValue.Parse(text);
            return sample.Kind == AttributeKind.Object ? sample.Members : [];
        }
        catch (FormatException)
        {
            // Written piece by piece by another program, and read in between: the trial's suggested parameters must do.
            return [];
        }
    }

    private static string? Text(AttributeSet attributes, string prefix)
    {
        var text = new StringBuilder();
        while (attributes.TryGetValue(Key(prefix, text.Length / SystemKeys.PieceLength), out AttributeValue? piece) && piece.Kind == AttributeKind.String)
        {
            text.Append(piece.AsString());
            if (piece.AsString().Length < SystemKeys.PieceLength) break;
        }
        return text.Length == 0 ? null : text.ToString();
    }

    private static string Key(string prefix, int index) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{index}");
}
