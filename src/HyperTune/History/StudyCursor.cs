namespace HyperTune.History;

/// <summary>How much of a study a reader has seen. Each storage derives its own; readers only hand it back.</summary>
public abstract record StudyCursor
{
    /// <summary>Nothing has been seen.</summary>
    public static StudyCursor Start { get; } = new StartCursor();

    private sealed record StartCursor : StudyCursor;
}
