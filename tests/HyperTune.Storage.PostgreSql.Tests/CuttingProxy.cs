using System.Net;
using System.Net.Sockets;
using System.Text;

namespace HyperTune.Storage.PostgreSql.Tests;

/// <summary>A wire between a storage and its server that breaks when asked to: before a commit reaches the server, or before its answer comes back.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _port;
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private int _cutsBefore;
    private int _cutsAfter;

    public CuttingProxy(int port)
    {
        _port = port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Breaks the next connections that send a commit: first those that lose the request, then those that lose the answer.</summary>
    public void Cut(int before, int after)
    {
        Volatile.Write(ref _cutsBefore, before);
        Volatile.Write(ref _cutsAfter, after);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        await _accepting;
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        var serving = new List<Task>();
        try
        {
            while (true) serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(serving);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        using (var cut = CancellationTokenSource.CreateLinkedTokenSource(_end.Token))
        {
            await server.ConnectAsync(IPAddress.Loopback, _port, _end.Token);
            bool isLosingAnswer = false;
            Task down = CopyAsync(server.GetStream(), client.GetStream(), _ => !Volatile.Read(ref isLosingAnswer));
            Task up = CopyAsync(client.GetStream(), server.GetStream(), bytes =>
            {
                // Statements are not prepared on this wire, so that their text can be seen.
                if (bytes.Span.IndexOf(Encoding.ASCII.GetBytes("COMMIT\0")) < 0) return true;
                if (Interlocked.Decrement(ref _cutsBefore) >= 0) return false;
                if (Interlocked.Decrement(ref _cutsAfter) >= 0) Volatile.Write(ref isLosingAnswer, true);
                return true;
            });
            await Task.WhenAny(down, up);
            await cut.CancelAsync();
            client.Close();
            server.Close();
            await Task.WhenAll(down, up);

            async Task CopyAsync(NetworkStream from, NetworkStream to, Func<ReadOnlyMemory<byte>, bool> mayPass)
            {
                byte[] buffer = new byte[1 << 16];
                try
                {
                    for (int count; (count = await from.ReadAsync(buffer, cut.Token)) > 0;)
                    {
                        if (!mayPass(buffer.AsMemory(0, count))) return;
                        await to.WriteAsync(buffer.AsMemory(0, count), cut.Token);
                    }
                }
                catch (Exception exception) when (exception is IOException or OperationCanceledException or ObjectDisposedException)
                {
                    // One end is gone, and so is the wire.
                }
            }
        }
    }
}
