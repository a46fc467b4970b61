namespace HyperTune;

/// <summary>How running trials are kept from being lost with the process that runs them.</summary>
public sealed record LeaseOptions
{
    /// <summary>How often a process renews the leases of its running trials, all in one write. Above 0; 15 seconds by default.</summary>
    public TimeSpan RenewInterval { get; init => field = Guard.Above(value, TimeSpan.Zero); } = TimeSpan.FromSeconds(15);

    /// <summary>How long after its last renewal a trial is taken back by another process. Above 0; one minute by default.</summary>
    /// <remarks>So long, too, an optimization tries again what a storage refuses for a transient reason.</remarks>
    public TimeSpan Grace { get; init => field = Guard.Above(value, TimeSpan.Zero); } = TimeSpan.FromMinutes(1);
}
