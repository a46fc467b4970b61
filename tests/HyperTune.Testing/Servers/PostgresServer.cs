using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace HyperTune.Testing;

/// <summary>A PostgreSQL server of a test's own, in a temporary folder and on a free port of this machine. Goes with whoever disposes of it, or with the process that made it.</summary>
/// <remarks>
/// <para>Needs the programs of a server: on the path, or where Debian's package postgresql puts them. Run by root it serves as the user postgres or nobody, since no server runs as root.</para>
/// <para>Safe for concurrent use, but for stopping, starting and disposing.</para>
/// </remarks>
public sealed class PostgresServer : IAsyncDisposable
{
    private const string Role = "postgres";
    private const int StartAttempts = 3;

    /// <summary>Obeys lines on its input. Its end, which comes with that of the process that holds the other end, stops the server and removes the folder.</summary>
    private const string Supervisor =
        """
        bin=$1 folder=$2; shift 2
        start() { "$bin/postgres" -D "$folder/data" "$@" >> "$folder/log" 2>&1 & server=$!; }
        start "$@"
        while read -r order; do
            case $order in
                start) start "$@" ;;
                stop) kill -INT "$server"; wait "$server" ;;
                crash) kill -QUIT "$server"; wait "$server" ;;
            esac
            echo "$order"
        done
        kill -QUIT "$server" 2> /dev/null; wait "$server"
        cd / && rm -rf "$folder"
        """;

    private readonly string _programs;
    private readonly string _password;
    private readonly Process _supervisor;

    private PostgresServer(string programs, string folder, string password, int port, bool isDurable, Process supervisor)
    {
        (_programs, Folder, _password, Port, IsDurable, _supervisor) = (programs, folder, password, port, isDurable, supervisor);
    }

    /// <summary>The port of the loopback interface.</summary>
    public int Port { get; }

    /// <summary>The folder of the server's files; its own user's.</summary>
    public string Folder { get; }

    /// <summary>Whether the server waits for the disk at each commit: its settings fsync and synchronous_commit are on, else off.</summary>
    public bool IsDurable { get; }

    /// <summary>The connection string of a database, for the server's superuser.</summary>
    public string ConnectionString(string database = "postgres") =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Username={Role};Password={_password};Database={database}");

    /// <summary>The same as a URL, as Optuna takes it.</summary>
    public string Url(string database = "postgres") => string.Create(CultureInfo.InvariantCulture, $"postgresql://{Role}:{_password}@127.0.0.1:{Port}/{database}");

    /// <summary>Starts a server; skips the running test where there are no programs for it, but fails it where the variable CI is true.</summary>
    /// <param name="isDurable">Whether commits wait for the disk.</param>
    public static async Task<PostgresServer> StartOrSkipAsync(bool isDurable = false)
    {
        if (await TryStartAsync(isDurable).ConfigureAwait(false) is { } server) return server;
        const string reason = "There are no programs of a PostgreSQL server on the path or in /usr/lib/postgresql. Install the package postgresql.";
        if (Environment.GetEnvironmentVariable("CI") == "true") throw new InvalidOperationException(reason);
        Assert.Skip(reason);
        throw new InvalidOperationException(reason);
    }

    /// <summary>Starts a server.</summary>
    /// <param name="isDurable">Whether commits wait for the disk.</param>
    /// <returns>The server; null where there are no programs for it.</returns>
    public static async Task<PostgresServer?> TryStartAsync(bool isDurable = false) =>
        FindPrograms() is { } programs ? await StartAsync(programs, isDurable).ConfigureAwait(false) : null;

    /// <summary>Makes an empty database.</summary>
    /// <param name="name">Its name; null for one that no other has.</param>
    /// <returns>Its name.</returns>
    public async Task<string> CreateDatabaseAsync(string? name = null)
    {
        name ??= "test_" + Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture);
        await PsqlAsync("postgres", "-c", $"CREATE DATABASE \"{name}\"").ConfigureAwait(false);
        return name;
    }

    /// <summary>Runs psql, which stops at the first error.</summary>
    /// <param name="database">The database.</param>
    /// <param name="arguments">Further arguments, such as <c>-c</c> and a statement.</param>
    /// <returns>What it printed.</returns>
    public Task<string> PsqlAsync(string database, params IEnumerable<string> arguments) => RunClientAsync("psql", ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", database, .. arguments]);

    /// <summary>The statements that make a database's tables, as pg_dump writes them.</summary>
    public Task<string> DumpSchemaAsync(string database, params IEnumerable<string> arguments) => RunClientAsync("pg_dump", ["--schema-only", "--no-owner", "--no-privileges", .. arguments, database]);

    /// <summary>Stops the server and starts it again.</summary>
    /// <param name="isCrash">Whether it is made to end without finishing anything.</param>
    public async Task RestartAsync(bool isCrash = false)
    {
        await StopAsync(isCrash).ConfigureAwait(false);
        await StartAgainAsync().ConfigureAwait(false);
    }

    /// <summary>Stops the server: all connections are closed.</summary>
    /// <param name="isCrash">Whether it is made to end without finishing anything.</param>
    public Task StopAsync(bool isCrash = false) => OrderAsync(isCrash ? "crash" : "stop");

    /// <summary>Starts the server after <see cref="StopAsync"/>.</summary>
    public async Task StartAgainAsync()
    {
        await OrderAsync("start").ConfigureAwait(false);
        if (!await IsReadyAsync().ConfigureAwait(false)) throw new InvalidOperationException($"The server did not start again: {await ReadLogAsync().ConfigureAwait(false)}");
    }

    /// <summary>Stops the server and removes its files.</summary>
    public async ValueTask DisposeAsync()
    {
        _supervisor.StandardInput.Close();
        await _supervisor.WaitForExitAsync().ConfigureAwait(false);
        _supervisor.Dispose();
    }

    /// <summary>Where the programs of a server are: the newest version that is found.</summary>
    private static string? FindPrograms()
    {
        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        const string debian = "/usr/lib/postgresql";
        if (Directory.Exists(debian))
        {
            folders = folders.Concat(Directory.GetDirectories(debian)
                .OrderByDescending(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int version) ? version : 0)
                .Select(folder => Path.Combine(folder, "bin")));
        }
        string[] all = ["initdb", "postgres", "pg_isready", "pg_dump", "psql"];
        return folders.FirstOrDefault(folder => all.All(program => File.Exists(Path.Combine(folder, program))));
    }

    private static async Task<PostgresServer> StartAsync(string programs, bool isDurable)
    {
        string password = Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
        for (int attempt = 1; ; attempt++)
        {
            string folder = Directory.CreateTempSubdirectory("hypertune-postgres-").FullName;
            string passwordFile = Path.Combine(folder, "password");
            await File.WriteAllTextAsync(passwordFile, password).ConfigureAwait(false);
            string[] asUser = await UserAsync(folder).ConfigureAwait(false);
            await RunAsync([.. asUser, Path.Combine(programs, "initdb"), "-D", Path.Combine(folder, "data"), "-U", Role, "-A", "scram-sha-256", "--pwfile", passwordFile, "-E", "UTF8", "--locale=C", "-N"]).ConfigureAwait(false);
            int port = FreePort();
            string durable = isDurable ? "on" : "off";
            string[] settings =
            [
                "-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "-c", "unix_socket_directories=", "-c", $"fsync={durable}", "-c", $"synchronous_commit={durable}",
                "-c", "max_connections=100", "-c", "shared_buffers=64MB",
                // Tests count transactions and plans: nobody else may make any.
                "-c", $"autovacuum={durable}",
            ];
            Process supervisor = Process.Start(Command([.. asUser, "/bin/sh", "-c", Supervisor, "supervisor", programs, folder, .. settings]))!;
            var server = new PostgresServer(programs, folder, password, port, isDurable, supervisor);
            if (await server.IsReadyAsync().ConfigureAwait(false)) return server;
            string log = await server.ReadLogAsync().ConfigureAwait(false);
            await server.DisposeAsync().ConfigureAwait(false);
            // Somebody else may have taken the port in between.
            if (attempt == StartAttempts) throw new InvalidOperationException($"The server did not start: {log}");
        }
    }

    /// <summary>What a command begins with so that it runs as a user who may run a server. The folder becomes that user's.</summary>
    private static async Task<string[]> UserAsync(string folder)
    {
        if (!Environment.IsPrivilegedProcess) return [];
        bool hasUser = (await File.ReadAllLinesAsync("/etc/passwd").ConfigureAwait(false)).Any(line => line.StartsWith(Role + ":", StringComparison.Ordinal));
        string user = hasUser ? Role : "nobody";
        await RunAsync(["chown", "-R", user, folder]).ConfigureAwait(false);
        return ["setpriv", $"--reuid={user}", "--clear-groups", "--"];
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> IsReadyAsync()
    {
        var waiting = Stopwatch.StartNew();
        while (waiting.Elapsed < TimeSpan.FromSeconds(60) && !_supervisor.HasExited)
        {
            using Process probe = Process.Start(Command([Path.Combine(_programs, "pg_isready"), "-q", "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture)]))!;
            await probe.WaitForExitAsync().ConfigureAwait(false);
            if (probe.ExitCode == 0) return true;
            if ((await ReadLogAsync().ConfigureAwait(false)).Contains("could not bind", StringComparison.Ordinal)) return false;
            await Task.Delay(50).ConfigureAwait(false);
        }
        return false;
    }

    private async Task<string> ReadLogAsync()
    {
        string log = Path.Combine(Folder, "log");
        return File.Exists(log) ? await File.ReadAllTextAsync(log).ConfigureAwait(false) : "";
    }

    private async Task OrderAsync(string order)
    {
        await _supervisor.StandardInput.WriteLineAsync(order).ConfigureAwait(false);
        await _supervisor.StandardInput.FlushAsync().ConfigureAwait(false);
        string? reply = await _supervisor.StandardOutput.ReadLineAsync().ConfigureAwait(false);
        if (reply != order) throw new InvalidOperationException($"The server's supervisor did not obey '{order}'.");
    }

    private Task<string> RunClientAsync(string program, IEnumerable<string> arguments)
    {
        ProcessStartInfo command = Command([Path.Combine(_programs, program), "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", Role, .. arguments]);
        command.Environment["PGPASSWORD"] = _password;
        return RunAsync(command);
    }

    private static ProcessStartInfo Command(IReadOnlyList<string> parts)
    {
        // A folder that every user may enter: that of the test may not be one.
        return new ProcessStartInfo(parts[0], parts.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };
    }

    private static Task<string> RunAsync(IReadOnlyList<string> parts) => RunAsync(Command(parts));

    private static async Task<string> RunAsync(ProcessStartInfo command)
    {
        using Process process = Process.Start(command)!;
        process.StandardInput.Close();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{Path.GetFileName(command.FileName)} failed: {await errors.ConfigureAwait(false)}{output}");
    }
}
