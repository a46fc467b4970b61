namespace HyperTune.History;

/// <summary>A trial that is running now, in this process or another one.</summary>
/// <param name="Record">The trial as it is known.</param>
/// <param name="Parameters">The parameters suggested so far, followed by those that were drawn jointly and are not yet asked for.</param>
public sealed record RunningTrial(TrialRecord Record, ParameterSet Parameters)
{
    /// <summary>The trial's number within its study.</summary>
    public int Number => Record.Number;
}
