namespace HyperTune;

/// <summary>Skeleton.</summary>
#pragma warning disable CA1822
public sealed class Study
{
    /// <summary>Skeleton.</summary>
    public Task OptimizeAsync(Func<Trial, double> objective, OptimizeOptions options, CancellationToken cancellationToken = default) => Task.CompletedTask;

    /// <summary>Skeleton.</summary>
    public void Stop()
    {
    }
}
