namespace HyperTune;

/// <summary>What timers take: longer times mean never.</summary>
internal static class TimerLimits
{
    /// <summary>The longest time that a timer of .NET takes, about 49 days.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromMilliseconds(uint.MaxValue - 1);

    public static TimeSpan Clamp(TimeSpan time) => time < Longest ? time : Longest;
}
