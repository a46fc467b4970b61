namespace HyperTune.Storage;

/// <summary>What a new study is made of.</summary>
public sealed record StudyDefinition
{
    /// <summary>The name, unique within the storage; at most 512 characters, without U+0000.</summary>
    public required string Name { get; init; }

    /// <summary>One direction for each objective; at least one.</summary>
    public required IReadOnlyList<Direction> Directions { get; init; }

    /// <summary>Attributes set by the user.</summary>
    public AttributeSet UserAttributes { get; init; } = AttributeSet.Empty;

    /// <summary>Attributes set by the study itself, such as the names of the metrics.</summary>
    public AttributeSet SystemAttributes { get; init; } = AttributeSet.Empty;
}
