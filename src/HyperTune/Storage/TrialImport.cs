using HyperTune.Trials;

namespace HyperTune.Storage;

/// <summary>A request to add trials as they are: queued, or finished elsewhere.</summary>
public sealed record TrialImport
{
    /// <summary>The trials, in the order in which they get their numbers. None is running unless <see cref="KeepsRunning"/> is set.</summary>
    public required IReadOnlyList<TrialTemplate> Trials { get; init; }

    /// <summary>Whether a waiting trial is skipped when the study has a trial with the same given parameters, whatever its state.</summary>
    public bool SkipIfExists { get; init; }

    /// <summary>Whether running trials are taken too, without a lease: nobody takes them back, and whoever knows their number may tell their end. False by default.</summary>
    public bool KeepsRunning { get; init; }

    /// <summary>Made by the client. Repeating a request whose answer was lost gives the first answer and adds nothing.</summary>
    public required Guid RequestId { get; init; }
}
