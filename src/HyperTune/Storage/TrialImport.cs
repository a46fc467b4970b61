using HyperTune.Trials;

namespace HyperTune.Storage;

/// <summary>A request to add trials as they are: queued, or finished elsewhere.</summary>
public sealed record TrialImport
{
    /// <summary>The trials, in the order in which they get their numbers. Their states are not <see cref="TrialState.Running"/>.</summary>
    public required IReadOnlyList<TrialTemplate> Trials { get; init; }

    /// <summary>Whether a waiting trial is skipped when the study has a trial with the same given parameters, whatever its state.</summary>
    public bool SkipIfExists { get; init; }

    /// <summary>Made by the client. Repeating a request whose answer was lost gives the first answer and adds nothing.</summary>
    public required Guid RequestId { get; init; }
}
