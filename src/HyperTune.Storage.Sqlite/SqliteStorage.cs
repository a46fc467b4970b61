using System.Data.Common;
using HyperTune.Storage.Diagnosis;
using HyperTune.Storage.Relational;
using HyperTune.Storage.Sqlite;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HyperTune;

/// <summary>A storage in a SQLite file, which any number of threads and processes of one machine, and Python's Optuna, may share. Safe for concurrent use.</summary>
/// <remarks>
/// <para>
/// The file runs in WAL mode, so that reading does not wait for writing; writers take turns, within the process by a queue, between processes by SQLite's
/// lock. SQLite works synchronously: a request blocks its thread while it waits for another process, and every task returned is complete.
/// </para>
/// <para>A file on a network drive is not safe to share between machines. Negative zeros come back as zeros, which is SQLite's doing.</para>
/// </remarks>
public sealed class SqliteStorage : RelationalStorage
{
    /// <summary>Pages of the log at which SQLite carries them over to the file: 16 MB. Its own 1,000 would make every sixtieth trial pay for that.</summary>
    private const int CheckpointPages = 4000;

    private readonly SqliteStorageOptions _options;
    private readonly SqliteConnectionStringBuilder _connectionString;
    private readonly SqliteTimes _times;
    private readonly SemaphoreSlim _writerTurn = new(1, 1);
    private readonly SemaphoreSlim _readerTurn = new(1, 1);
    private readonly SqliteSession? _writer;
    private SqliteSession? _reader;

    private SqliteStorage(
        SqliteConnectionStringBuilder connectionString, string file, SqliteStorageOptions options, SqliteTimes times, SqliteDialect dialect, ILogger logger, SqliteSession session,
        bool hasOwnTables)
        : base(dialect, options.TimeProvider, logger)
    {
        _connectionString = connectionString;
        _options = options;
        _times = times;
        FilePath = file;
        HasOwnTables = hasOwnTables;
        if (options.IsReadOnly) _reader = session;
        else _writer = session;
    }

    /// <summary>The full path of the file, or the URI that it was opened with.</summary>
    public string FilePath { get; }

    /// <summary>Opens a file, and makes it with its tables when there is none.</summary>
    /// <param name="path">The path of the file, or a whole connection string (one that says <c>Data Source=</c>).</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels before the opening begins.</param>
    /// <returns>The storage; dispose of it to close the file.</returns>
    /// <exception cref="ArgumentException">The path is empty or names a database in memory.</exception>
    /// <exception cref="StorageException">The file cannot be opened, is no database, belongs to another program, or has a revision of the schema that is not known.</exception>
    public static async Task<SqliteStorage> OpenAsync(string path, SqliteStorageOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        cancellationToken.ThrowIfCancellationRequested();
        options ??= new SqliteStorageOptions();
        SqliteConnectionStringBuilder connectionString = ToConnectionString(path, options);
        string file = connectionString.DataSource;
        ILogger logger = options.LoggerFactory?.CreateLogger<SqliteStorage>() ?? NullLogger<SqliteStorage>.Instance;
        bool isPlainPath = Path.IsPathRooted(file);
        if (isPlainPath && Directory.Exists(file)) throw new StorageException($"'{file}' is a folder. Give the path of a file in it.");
        if (isPlainPath && Path.GetDirectoryName(file) is { Length: > 0 } folder && !Directory.Exists(folder))
            throw new StorageException($"'{file}' cannot be opened: the folder '{folder}' does not exist. Create it.");
        if (isPlainPath && options.IsReadOnly && !File.Exists(file)) throw new StorageException($"'{file}' cannot be opened read-only: there is no such file. Check the path.");
        var times = new SqliteTimes(options.Times, options.TimeProvider.LocalTimeZone);
        var dialect = new SqliteDialect(times);
        SqliteSession? session = null;
        SqliteStorage? storage = null;
        try
        {
            session = Connect(connectionString, options, times);
            SqliteSchema.Check(session, file, options);
            if (!options.IsReadOnly) SetJournal(session, file, logger);
            bool hasOwnTables = SqliteSchema.Prepare(session, dialect, file, options, logger);
            storage = new SqliteStorage(connectionString, file, options, times, dialect, logger, session, hasOwnTables);
            if (!options.IsReadOnly) await storage.ForgetAnswersAsync(session).ConfigureAwait(false);
            return storage;
        }
        catch (SqliteException exception)
        {
            storage = null;
            throw SqliteErrors.Translate(exception, file, "to open it", isWriting: false, options.BusyTimeout);
        }
        finally
        {
            if (storage is null && session is not null) await session.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The connection that writes.</summary>
    internal SqliteSession Writer => _writer!;

    /// <summary>Works as on a database where the library's own tables could not be made.</summary>
    internal void ForgoOwnTables() => HasOwnTables = false;

    /// <inheritdoc/>
    protected override bool NotesAttributeChanges => HasOwnTables;

    /// <inheritdoc/>
    protected override async ValueTask<SqlSession> RentAsync(bool isWriting, CancellationToken cancellationToken)
    {
        if (isWriting)
        {
            if (_writer is null) throw new StorageException($"'{FilePath}' was opened read-only, so nothing can be stored. Open it without IsReadOnly.");
            await _writerTurn.WaitAsync(cancellationToken).ConfigureAwait(false);
            return _writer;
        }
        await _readerTurn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return _reader ??= Connect(_connectionString, _options, _times);
        }
        catch
        {
            _readerTurn.Release();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask<SqlSession?> TryRentWriterAsync() =>
        _writer is not null && await _writerTurn.WaitAsync(TimeSpan.Zero).ConfigureAwait(false) ? _writer : null;

    /// <inheritdoc/>
    protected override ValueTask ReturnAsync(SqlSession session, bool isWriting)
    {
        (ReferenceEquals(session, _writer) ? _writerTurn : _readerTurn).Release();
        return default;
    }

    /// <inheritdoc/>
    protected override StorageException Translate(DbException exception, string request, bool isWriting, bool isInDoubt) => exception is SqliteException sqlite
        ? SqliteErrors.Translate(sqlite, FilePath, request, isWriting, _options.BusyTimeout)
        : new StorageException($"The request {request} failed on '{FilePath}': {exception.Message}", exception);

    /// <inheritdoc/>
    protected override ValueTask DiagnoseAsync(SqlSession session, ICollection<StorageFinding> findings)
    {
        SqliteDiagnosis.Run((SqliteSession)session, findings);
        return default;
    }

    /// <inheritdoc/>
    protected override async ValueTask DisposeCoreAsync()
    {
        // Whoever is at work finishes first.
        await _writerTurn.WaitAsync().ConfigureAwait(false);
        await _readerTurn.WaitAsync().ConfigureAwait(false);
        if (_reader is not null) await _reader.DisposeAsync().ConfigureAwait(false);
        if (_writer is not null) await _writer.DisposeAsync().ConfigureAwait(false);
        _readerTurn.Release();
        _writerTurn.Release();
    }

    private static SqliteConnectionStringBuilder ToConnectionString(string path, SqliteStorageOptions options)
    {
        bool isWhole = path.Contains("data source=", StringComparison.OrdinalIgnoreCase) || path.Contains("datasource=", StringComparison.OrdinalIgnoreCase)
            || path.Contains("filename=", StringComparison.OrdinalIgnoreCase);
        SqliteConnectionStringBuilder builder = isWhole ? Parse(path) : new() { DataSource = path };
        if (builder.DataSource.Length == 0 || builder.DataSource == ":memory:" || builder.Mode == SqliteOpenMode.Memory)
            throw new ArgumentException($"'{builder.DataSource}' names a database in memory, which is not shared by connections. Use InMemoryStorage, or give the path of a file.", nameof(path));
        // Made absolute at once: the current folder may be another one when the next connection is opened. URIs are left to SQLite.
        bool isUri = builder.DataSource.StartsWith("file:", StringComparison.OrdinalIgnoreCase) || builder.DataSource.StartsWith('|');
        if (!isUri) builder.DataSource = Path.GetFullPath(builder.DataSource);
        if (options.IsReadOnly) builder.Mode = SqliteOpenMode.ReadOnly;
        // A pooled connection would keep the file open after the storage is disposed of.
        builder.Pooling = false;
        return builder;
    }

    private static SqliteConnectionStringBuilder Parse(string connectionString)
    {
        try
        {
            return new SqliteConnectionStringBuilder(connectionString);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidCastException)
        {
            // The driver's message may quote a part of the password.
            throw new ArgumentException(
                "The connection string has a setting that the driver Microsoft.Data.Sqlite does not know, or a value that it does not take. Write Data Source=study.db;Mode=ReadWrite. "
                + "It is not shown, since it may hold a password.", nameof(connectionString));
        }
    }

    private static SqliteSession Connect(SqliteConnectionStringBuilder connectionString, SqliteStorageOptions options, SqliteTimes times)
    {
        var connection = new SqliteConnection(connectionString.ConnectionString);
        try
        {
            connection.Open();
            var session = new SqliteSession(connection, options.BusyTimeout, times, options.TimeProvider);
            session.Run("PRAGMA foreign_keys = OFF");
            session.Run($"PRAGMA synchronous = {options.Synchronous}");
            session.Run($"PRAGMA wal_autocheckpoint = {CheckpointPages}");
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void SetJournal(SqliteSession session, string file, ILogger logger)
    {
        string? mode = session.ReadText("PRAGMA journal_mode");
        if (mode == "wal") return;
        try
        {
            mode = session.ReadText("PRAGMA journal_mode = WAL");
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED)
        {
            mode = session.ReadText("PRAGMA journal_mode");
        }
        if (mode != "wal") SqliteLog.NotInWalMode(logger, file, mode ?? "unknown");
    }
}
