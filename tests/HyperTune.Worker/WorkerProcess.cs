using System.Diagnostics;

namespace HyperTune.Worker;

/// <summary>A process of the worker program. Disposing of it kills what still runs.</summary>
public sealed class WorkerProcess : IDisposable
{
    /// <summary>What a worker with a sampler says when its study has all trials.</summary>
    internal const string Ended = "ended";

    private readonly Process _process;
    private readonly Task<string> _errors;

    private WorkerProcess(Process process)
    {
        _process = process;
        _errors = process.StandardError.ReadToEndAsync();
    }

    /// <summary>Whether the process has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Starts a process.</summary>
    public static WorkerProcess Start(WorkerTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        string host = Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet";
        var start = new ProcessStartInfo(host, [typeof(WorkerProcess).Assembly.Location, task.ToArgument()])
        {
            RedirectStandardError = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        return new WorkerProcess(Process.Start(start)!);
    }

    /// <summary>Kills the process.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Waits until the process has ended, which it should do well.</summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync(cancellationToken);
        Assert.True(_process.ExitCode == 0, await _errors);
    }

    /// <summary>Waits until a worker with a sampler has no trial left to start. It ends with <see cref="EndAsync"/> or <see cref="ProposalsAsync"/>.</summary>
    public async Task EndStudyAsync(CancellationToken cancellationToken)
    {
        string? line = await _process.StandardOutput.ReadLineAsync(cancellationToken);
        Assert.True(line == Ended, line ?? await _errors);
    }

    /// <summary>What a worker with a sampler would propose after all trials of the study; it ends then.</summary>
    public async Task<string> ProposalsAsync(CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync("go on");
        await _process.StandardInput.FlushAsync(cancellationToken);
        string? proposals = await _process.StandardOutput.ReadLineAsync(cancellationToken);
        await EndAsync(cancellationToken);
        return proposals ?? "";
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
