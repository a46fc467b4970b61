namespace HyperTune;

/// <summary>The one place where a thread waits for asynchronous work: at the outermost edge of the blocking twins.</summary>
internal static class Blocking
{
    /// <summary>Waits for work, away from any captured context.</summary>
    public static T Wait<T>(Func<Task<T>> work)
    {
        if (SynchronizationContext.Current is null && TaskScheduler.Current == TaskScheduler.Default) return work().GetAwaiter().GetResult();
        return Task.Run(work).GetAwaiter().GetResult();
    }

    /// <inheritdoc cref="Wait{T}"/>
    public static void Wait(Func<Task> work) => Wait(async () =>
    {
        await work().ConfigureAwait(false);
        return true;
    });
}
