using System.Globalization;

namespace HyperTune.Storage.Archive;

/// <summary>What the writer and the reader of an archive agree on.</summary>
internal static class ArchiveFormat
{
    public const int Version = 1;

    /// <summary>The revision of Optuna's schema whose facts the file holds.</summary>
    public const string SchemaRevision = "v3.2.0.a";

    /// <summary>What an attribute's value is nested in at most: file, studies, study, trials, trial, attributes, and the object of a number that is not finite.</summary>
    public const int Envelope = 7;

    private const string FloatMember = "$float";
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    private static readonly (TrialState State, string Name)[] States =
    [
        (TrialState.Running, "RUNNING"), (TrialState.Complete, "COMPLETE"), (TrialState.Pruned, "PRUNED"), (TrialState.Failed, "FAIL"), (TrialState.Waiting, "WAITING"),
    ];

    public static string NameOf(TrialState state) => Array.Find(States, known => known.State == state).Name;

    public static TrialState? StateOf(string name) => Array.FindIndex(States, known => known.Name == name) is >= 0 and var index ? States[index].State : null;

    public static string NameOf(Direction direction) => direction == Direction.Minimize ? "MINIMIZE" : "MAXIMIZE";

    public static Direction? DirectionOf(string name) => name switch { "MINIMIZE" => Direction.Minimize, "MAXIMIZE" => Direction.Maximize, _ => null };

    public static AttributeValue TextOf(DateTimeOffset? time) => time?.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    public static DateTimeOffset? TimeOf(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out DateTimeOffset time) ? time : null;

    /// <summary>A value without bare words: an object stands for each number that is not finite.</summary>
    public static AttributeValue Strict(AttributeValue value) => value.Kind switch
    {
        AttributeKind.Number when !double.IsFinite(value.AsDouble()) => Wrap((FloatMember, value.ToJson())),
        AttributeKind.Array => AttributeValue.ArrayOf([.. value.Items.Select(Strict)]),
        AttributeKind.Object => Wrap(value.Members.Select(member => (member.Key, (AttributeValue?)Strict(member.Value)))),
        _ => value,
    };

    /// <summary>An object of the file, whose own nesting does not count towards <see cref="AttributeValue.MaxDepth"/>.</summary>
    public static AttributeValue Wrap(params IEnumerable<(string Name, AttributeValue? Value)> members) =>
        AttributeValue.ObjectOf([.. members.Select(member => KeyValuePair.Create(member.Name, member.Value ?? AttributeValue.Null))]);

    /// <summary>The value that <see cref="Strict"/> made another one of.</summary>
    public static AttributeValue Loose(AttributeValue value) => value.Kind switch
    {
        AttributeKind.Array => AttributeValue.Array(value.Items.Select(Loose)),
        AttributeKind.Object => NumberOf(value) ?? AttributeValue.Object(value.Members.Select(member => (member.Key, (AttributeValue?)Loose(member.Value)))),
        _ => value,
    };

    private static AttributeValue? NumberOf(AttributeValue value)
    {
        if (value.Members.Count != 1 || !value.TryGetMember(FloatMember, out AttributeValue? word) || !word.TryGetString(out string? text)) return null;
        return text switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            _ => (AttributeValue?)null,
        };
    }
}
