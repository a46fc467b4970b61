namespace HyperTune.Chaos;

/// <summary>The storage that a run disturbs: a URL that every process opens, and the server behind it, if there is one.</summary>
/// <param name="url">The storage.</param>
/// <param name="restart">Stops the server and starts it again; null where there is none.</param>
public sealed class ChaosTarget(string url, Func<CancellationToken, Task>? restart = null)
{
    /// <summary>The storage's URL.</summary>
    public string Url => url;

    /// <summary>Whether there is a server that can be restarted.</summary>
    public bool CanRestart => restart is not null;

    /// <summary>Restarts the server.</summary>
    public Task RestartAsync(CancellationToken cancellationToken) => restart is null ? Task.CompletedTask : restart(cancellationToken);
}
