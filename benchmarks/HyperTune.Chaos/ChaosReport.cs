namespace HyperTune.Chaos;

/// <summary>What came of a run.</summary>
public sealed record ChaosReport
{
    /// <summary>Trials in the study.</summary>
    public required int Trials { get; init; }

    /// <summary>Of these, complete ones.</summary>
    public required int Complete { get; init; }

    /// <summary>Of these, ones that were taken back from a worker that died.</summary>
    public required int TakenBack { get; init; }

    /// <summary>Workers killed.</summary>
    public required int Kills { get; init; }

    /// <summary>Restarts of the server.</summary>
    public required int Restarts { get; init; }

    /// <summary>How long the run took.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>What does not hold; empty when all does.</summary>
    public required IReadOnlyList<string> Findings { get; init; }
}
