namespace HyperTune;

/// <summary>How a flow waits: by blocking the dedicated thread that it runs on, or asynchronously; and how long for a storage that fails transiently.</summary>
/// <param name="IsBlocking">Whether it blocks.</param>
/// <param name="Patience">When its requests are repeated; null for never.</param>
/// <remarks>A flow that blocks finds every task complete when it awaits, so it never leaves its thread, and the pool is not needed.</remarks>
internal readonly record struct Waiting(bool IsBlocking, Patience? Patience = null)
{
    public static Waiting Asynchronously => new(false);

    public ValueTask<T> On<T>(Task<T> task) => IsBlocking ? new(task.GetAwaiter().GetResult()) : new(task);

    public ValueTask On(Task task)
    {
        if (!IsBlocking) return new(task);
        task.GetAwaiter().GetResult();
        return default;
    }
}
