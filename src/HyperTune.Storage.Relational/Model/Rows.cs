namespace HyperTune.Storage.Relational;

internal sealed class StudyRow
{
    public int StudyId { get; set; }

    public string StudyName { get; set; } = "";
}

internal sealed class VersionInfoRow
{
    public int VersionInfoId { get; set; }

    public int? SchemaVersion { get; set; }

    public string? LibraryVersion { get; set; }
}

internal sealed class StudyDirectionRow
{
    public int StudyDirectionId { get; set; }

    public Direction Direction { get; set; }

    public int StudyId { get; set; }

    public int Objective { get; set; }
}

internal abstract class AttributeRow
{
    public int AttributeId { get; set; }

    public int? OwnerId { get; set; }

    public string? Key { get; set; }

    public string? ValueJson { get; set; }
}

internal sealed class StudyUserAttributeRow : AttributeRow;

internal sealed class StudySystemAttributeRow : AttributeRow;

internal sealed class TrialUserAttributeRow : AttributeRow;

internal sealed class TrialSystemAttributeRow : AttributeRow;

internal sealed class TrialRow
{
    public int TrialId { get; set; }

    public int? Number { get; set; }

    public int? StudyId { get; set; }

    public TrialState State { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? CompletedAt { get; set; }
}

internal sealed class TrialParameterRow
{
    public int ParameterId { get; set; }

    public int? TrialId { get; set; }

    public string? Name { get; set; }

    public double? Value { get; set; }

    public string? DistributionJson { get; set; }
}

internal sealed class TrialValueRow
{
    public int TrialValueId { get; set; }

    public int TrialId { get; set; }

    public int Objective { get; set; }

    public double? Value { get; set; }

    public string ValueType { get; set; } = "";
}

internal sealed class TrialIntermediateValueRow
{
    public int TrialIntermediateValueId { get; set; }

    public int TrialId { get; set; }

    public int Step { get; set; }

    public double? IntermediateValue { get; set; }

    public string IntermediateValueType { get; set; } = "";
}

internal sealed class TrialHeartbeatRow
{
    public int TrialHeartbeatId { get; set; }

    public int TrialId { get; set; }

    public DateTimeOffset Heartbeat { get; set; }
}

internal sealed class AlembicVersionRow
{
    public string VersionNum { get; set; } = "";
}
