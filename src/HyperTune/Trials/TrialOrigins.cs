namespace HyperTune.Trials;

/// <summary>Reads from a trial's attributes where it came from.</summary>
internal static class TrialOrigins
{
    public static TrialOrigin Of(TrialRecord trial)
    {
        if (trial.SystemAttributes.ContainsKey(SystemKeys.ImportedFrom)) return TrialOrigin.Imported;
        return trial.SystemAttributes.ContainsKey(SystemKeys.FixedParams) ? TrialOrigin.Enqueued : TrialOrigin.Own;
    }
}
