namespace HyperTune.Trials;

/// <summary>Reads what made a trial fail.</summary>
internal static class FailureKinds
{
    /// <summary>The reason that storages note with a trial whose lease lapsed; it stands for the kind as well.</summary>
    public const string LapsedReason = "The worker stopped renewing its lease.";

    /// <summary>The kind of a failure; null for a trial that has not failed, or of whose failure the kind is not known.</summary>
    public static FailureKind? Of(TrialRecord trial)
    {
        if (trial.State != TrialState.Failed) return null;
        if (trial.FailReason == LapsedReason) return FailureKind.Lapsed;
        return trial.SystemAttributes.TryGetValue(SystemKeys.FailKind, out AttributeValue? stored) && stored.TryGetString(out string? name)
            && Enum.TryParse(name, out FailureKind kind) && Enum.IsDefined(kind) ? kind : null;
    }
}
