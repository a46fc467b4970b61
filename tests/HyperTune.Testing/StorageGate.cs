namespace HyperTune.Testing;

/// <summary>Holds up one call of a <see cref="FaultyStorage"/> until it is let through.</summary>
public sealed class StorageGate
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Completes when the call has come to the gate.</summary>
    public Task Entered => _entered.Task;

    internal Task Released => _released.Task;

    /// <summary>Lets the call through.</summary>
    public void Open() => _released.TrySetResult();

    internal void Enter() => _entered.TrySetResult();
}
