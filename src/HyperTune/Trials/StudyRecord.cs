using HyperTune.Trials;

namespace HyperTune;

/// <summary>What is known of one study apart from its trials. Immutable.</summary>
public sealed record StudyRecord
{
    /// <summary>The storage's own number for the study.</summary>
    public required StudyId Id { get; init; }

    /// <summary>The study's name, unique within its storage.</summary>
    public required string Name { get; init; }

    /// <summary>One direction for each objective.</summary>
    public required IReadOnlyList<Direction> Directions { get; init; }

    /// <summary>Attributes set by the user.</summary>
    public AttributeSet UserAttributes { get; init; } = AttributeSet.Empty;

    /// <summary>Attributes set by samplers and by the study itself.</summary>
    public AttributeSet SystemAttributes { get; init; } = AttributeSet.Empty;

    /// <summary>One name for each objective; empty when they have none.</summary>
    internal IReadOnlyList<string> MetricNames =>
        SystemAttributes.TryGetValue(SystemKeys.MetricNames, out AttributeValue? names) ? [.. names.Items.Select(name => name.AsString())] : [];
}
