namespace HyperTune.Chaos;

/// <summary>How much is done, and how much of it is disturbed.</summary>
public sealed record ChaosOptions
{
    /// <summary>Worker processes at a time.</summary>
    public int Workers { get; init; } = 16;

    /// <summary>Trials that have to be told.</summary>
    public int Trials { get; init; } = 5000;

    /// <summary>Of these, trials that wait in the study before the workers start.</summary>
    public int Waiting { get; init; } = 500;

    /// <summary>Workers that are killed, spread evenly over the told trials; each is started again at once.</summary>
    public int Kills { get; init; } = 100;

    /// <summary>Whether the server is restarted when half of the trials are told, where there is one.</summary>
    public bool RestartsServer { get; init; } = true;

    /// <summary>The longest time that a trial takes; each takes a random share of it.</summary>
    public TimeSpan LongestTrial { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>After how long without a sign of life a trial is taken back.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long all of it may take.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromMinutes(20);

    /// <summary>Decides which workers are killed.</summary>
    public int Seed { get; init; } = 1;
}
