namespace HyperTune;

/// <summary>An objective of any of the shapes that a study takes.</summary>
internal sealed class Objective
{
    private readonly Func<Trial, ObjectiveValues>? _synchronous;
    private readonly Func<Trial, CancellationToken, Task<ObjectiveValues>>? _asynchronous;

    private Objective(Func<Trial, ObjectiveValues>? synchronous, Func<Trial, CancellationToken, Task<ObjectiveValues>>? asynchronous)
    {
        _synchronous = synchronous;
        _asynchronous = asynchronous;
    }

    /// <summary>Whether it blocks its thread, and so needs one of its own.</summary>
    public bool IsSynchronous => _synchronous is not null;

    public static Objective From(Func<Trial, double> objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return new(trial => objective(trial), null);
    }

    public static Objective From(Func<Trial, ObjectiveValues> objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return new(objective, null);
    }

    public static Objective From(Func<Trial, CancellationToken, Task<double>> objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return new(null, async (trial, cancellationToken) => await objective(trial, cancellationToken).ConfigureAwait(false));
    }

    public static Objective From(Func<Trial, CancellationToken, Task<ObjectiveValues>> objective)
    {
        ArgumentNullException.ThrowIfNull(objective);
        return new(null, objective);
    }

    public ValueTask<ObjectiveValues> EvaluateAsync(Trial trial) =>
        _synchronous is not null ? new(_synchronous(trial)) : new(_asynchronous!(trial, trial.CancellationToken));
}
