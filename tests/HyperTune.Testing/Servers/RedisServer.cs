using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace HyperTune.Testing;

/// <summary>A redis-server of its own on a free port of this machine, with an append-only file in a temporary folder. Goes with whoever disposes of it.</summary>
public sealed class RedisServer : IAsyncDisposable
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(20);

    private readonly DirectoryInfo _folder;
    private readonly int _port;
    private readonly bool _isDurable;
    private Process _process;

    private RedisServer(DirectoryInfo folder, int port, bool isDurable, Process process)
    {
        _folder = folder;
        _port = port;
        _isDurable = isDurable;
        _process = process;
    }

    /// <summary>The host and the port.</summary>
    public string Address => $"127.0.0.1:{_port}";

    /// <summary>Starts a server; skips the running test where there is no such program, but fails it where the variable CI is true.</summary>
    public static async Task<RedisServer> StartOrSkipAsync()
    {
        if (await TryStartAsync().ConfigureAwait(false) is { } server) return server;
        const string reason = "There is no redis-server on the path. Install the package redis-server.";
        if (Environment.GetEnvironmentVariable("CI") == "true") throw new InvalidOperationException(reason);
        Assert.Skip(reason);
        throw new InvalidOperationException(reason);
    }

    /// <summary>Starts a server.</summary>
    /// <param name="isDurable">Whether each command that changes something waits for the disk (<c>appendfsync always</c>, else <c>no</c>).</param>
    /// <returns>The server; null if there is no such program on this machine.</returns>
    /// <exception cref="InvalidOperationException">The program is there and does not answer.</exception>
    public static async Task<RedisServer?> TryStartAsync(bool isDurable = false)
    {
        string? program = Find();
        if (program is null) return null;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("hypertune-redis-");
        int port = FreePort();
        Process process = Launch(program, folder, port, isDurable);
        await AwaitAnswerAsync(port, process).ConfigureAwait(false);
        return new RedisServer(folder, port, isDurable, process);
    }

    /// <summary>Kills the server and starts another one at the same address, with what the append-only file has if there is one.</summary>
    public async Task RestartAsync()
    {
        await KillAsync().ConfigureAwait(false);
        _process = Launch(Find()!, _folder, _port, _isDurable);
        await AwaitAnswerAsync(_port, _process).ConfigureAwait(false);
    }

    /// <summary>Kills the server.</summary>
    public async Task KillAsync()
    {
        if (_process.HasExited) return;
        _process.Kill();
        await _process.WaitForExitAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await KillAsync().ConfigureAwait(false);
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string? Find() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Append("/usr/sbin")
            .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? "redis-server.exe" : "redis-server")).FirstOrDefault(File.Exists);

    private static Process Launch(string program, DirectoryInfo folder, int port, bool isDurable) => Process.Start(new ProcessStartInfo(
        program, ["--port", $"{port}", "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes", "--appendfsync", isDurable ? "always" : "no", "--dir", folder.FullName, "--logfile", Path.Combine(folder.FullName, "log")]))!;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task AwaitAnswerAsync(int port, Process process)
    {
        long began = Stopwatch.GetTimestamp();
        while (!process.HasExited && Stopwatch.GetElapsedTime(began) < LongestStart)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, port).ConfigureAwait(false);
                await client.GetStream().WriteAsync("PING\r\n"u8.ToArray()).ConfigureAwait(false);
                byte[] answer = new byte[5];
                await client.GetStream().ReadExactlyAsync(answer).ConfigureAwait(false);
                if (answer.AsSpan().SequenceEqual("+PONG"u8)) return;
            }
            catch (Exception exception) when (exception is SocketException or IOException)
            {
                // Not yet.
            }
            await Task.Delay(20).ConfigureAwait(false);
        }
        throw new InvalidOperationException($"The redis-server on port {port} does not answer.");
    }
}
