namespace HyperTune.Storage.Diagnosis;

/// <summary>From when on an examination of a storage calls a running trial left behind.</summary>
public sealed record DiagnosisOptions
{
    /// <summary>How old the last renewal of a lease may be. Above 0; one minute by default, as <see cref="LeaseOptions.Grace"/>.</summary>
    public TimeSpan Grace { get; init => field = Guard.Above(value, TimeSpan.Zero); } = TimeSpan.FromMinutes(1);

    /// <summary>How long a trial without a lease may run before it is a warning. Above 0; one day by default.</summary>
    public TimeSpan StaleAge { get; init => field = Guard.Above(value, TimeSpan.Zero); } = TimeSpan.FromDays(1);
}
