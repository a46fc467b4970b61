using System.Data.Common;
using HyperTune.Storage.Diagnosis;
using HyperTune.Storage.PostgreSql;
using HyperTune.Storage.Relational;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace HyperTune;

/// <summary>A storage in a PostgreSQL database, which any number of machines, and Python's Optuna, may share. Safe for concurrent use.</summary>
/// <remarks>
/// <para>
/// A request is one transaction on a pooled connection: two round trips if it writes, one if it reads. Writers that number trials take turns by a lock on the
/// study's row, which Optuna takes as well; readers see one snapshot and wait for nobody.
/// </para>
/// <para>
/// A request that a lost connection, a restart of the server or the like broke is tried again, up to <see cref="PostgreSqlStorageOptions.RetryTimeout"/>. Nothing is done twice: answers are stored with what they
/// tell of, so that a request that was stored, but whose answer was lost, finds its answer again.
/// </para>
/// </remarks>
public sealed class PostgreSqlStorage : RelationalStorage
{
    /// <summary>Statements that the driver keeps prepared on a connection: a few more than there are.</summary>
    private const int PreparedStatements = 128;

    private readonly NpgsqlDataSource _source;
    private readonly bool _ownsSource;
    private readonly PostgreSqlStorageOptions _options;
    private readonly PostgreSqlTimes _times;
    private readonly PostgreSqlDialect _dialect;
    private readonly string? _schema;
    private readonly PostgreSqlRetries _retries;
    private readonly SemaphoreSlim _turns;
    private readonly OwnTransactions _transactions = new();

    private PostgreSqlStorage(NpgsqlDataSource source, bool ownsSource, string database, PostgreSqlStorageOptions options, PostgreSqlTimes times, PostgreSqlDialect dialect, ILogger logger)
        : base(dialect, options.TimeProvider, logger)
    {
        _source = source;
        _ownsSource = ownsSource;
        _options = options;
        _times = times;
        _dialect = dialect;
        _schema = options.Schema is { } schema ? new NpgsqlCommandBuilder().QuoteIdentifier(schema) : null;
        Database = database;
        _retries = new PostgreSqlRetries(options.RetryTimeout, options.TimeProvider, logger, database);
        _turns = new SemaphoreSlim(options.MaxConnections, options.MaxConnections);
    }

    /// <summary>The database as messages name it: without the role and its password.</summary>
    public string Database { get; }

    /// <summary>Opens a database, and makes the tables when there are none.</summary>
    /// <param name="connectionString">A connection string of Npgsql, or a URL such as <c>postgresql://user:password@host:port/database?sslmode=require</c>, Python's <c>postgresql+psycopg2://</c> included.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>The storage; dispose of it to close its connections.</returns>
    /// <exception cref="ArgumentException">The text is neither.</exception>
    /// <exception cref="StorageException">The database cannot be opened, belongs to another program, or has a revision of the schema that is not known.</exception>
    public static async Task<PostgreSqlStorage> OpenAsync(string connectionString, PostgreSqlStorageOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        options ??= new PostgreSqlStorageOptions();
        NpgsqlConnectionStringBuilder builder = ConnectionStrings.Parse(connectionString);
        if (!builder.ShouldSerialize("Max Auto Prepare")) (builder.MaxAutoPrepare, builder.AutoPrepareMinUsages) = (PreparedStatements, 2);
        if (!builder.ShouldSerialize("Application Name")) builder.ApplicationName = "HyperTune";
        // Transactions change only their own settings, so that there is nothing to reset.
        if (!builder.ShouldSerialize("No Reset On Close")) builder.NoResetOnClose = true;
        if (!builder.ShouldSerialize("Maximum Pool Size")) builder.MaxPoolSize = options.MaxConnections;
        // Of several hosts only one takes changes.
        bool hasSeveralHosts = builder.Host?.Contains(',', StringComparison.Ordinal) == true;
        builder.Remove("Target Session Attributes");
        NpgsqlDataSource source;
        try
        {
            source = hasSeveralHosts
                ? new NpgsqlDataSourceBuilder(builder.ConnectionString).BuildMultiHost().WithTargetSession(options.IsReadOnly ? TargetSessionAttributes.PreferStandby : TargetSessionAttributes.Primary)
                : NpgsqlDataSource.Create(builder);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException)
        {
            throw new ArgumentException("The connection string names no server, or has settings that exclude each other. It is not shown, since it may hold a password.", nameof(connectionString));
        }
        PostgreSqlStorage? storage = null;
        try
        {
            return storage = await OpenAsync(source, true, options, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (storage is null) await source.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Opens the database of a data source, and makes the tables when there are none.</summary>
    /// <param name="dataSource">The source of connections, which stays the caller's.</param>
    /// <param name="options">The options; null for the defaults.</param>
    /// <param name="cancellationToken">Cancels the opening.</param>
    /// <returns>The storage.</returns>
    /// <exception cref="StorageException">The database cannot be opened, belongs to another program, or has a revision of the schema that is not known.</exception>
    public static Task<PostgreSqlStorage> OpenAsync(NpgsqlDataSource dataSource, PostgreSqlStorageOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(dataSource);
        return OpenAsync(dataSource, false, options ?? new PostgreSqlStorageOptions(), cancellationToken);
    }

    private static async Task<PostgreSqlStorage> OpenAsync(NpgsqlDataSource source, bool ownsSource, PostgreSqlStorageOptions options, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(source.ConnectionString);
        string database = $"the database '{settings.Database ?? settings.Username}' on {settings.Host}" + (settings.Host?.Contains(',', StringComparison.Ordinal) == true ? "" : $":{settings.Port}");
        var times = new PostgreSqlTimes(options.Times, options.TimeProvider.LocalTimeZone);
        ILogger logger = options.LoggerFactory?.CreateLogger<PostgreSqlStorage>() ?? NullLogger<PostgreSqlStorage>.Instance;
        var storage = new PostgreSqlStorage(source, ownsSource, database, options, times, new PostgreSqlDialect(times), logger);
        // A server that is starting is waited for. One that cannot be reached is not: the address may be wrong.
        storage.HasOwnTables = await storage._retries.RunAsync(storage.PrepareAsync, PostgreSqlErrors.IsNotReady, cancellationToken).ConfigureAwait(false);
        return storage;
    }

    private async ValueTask<bool> PrepareAsync(CancellationToken cancellationToken)
    {
        PostgreSqlSession? session = null;
        try
        {
            session = await ConnectAsync(Timeout.InfiniteTimeSpan, cancellationToken).ConfigureAwait(false);
            bool hasOwnTables = await new PostgreSqlSchema(session, _dialect, _options, Database, Logger).PrepareAsync(cancellationToken).ConfigureAwait(false);
            // The driver asks once for the types of a database, and those of the tables may be new.
            await session.Connection.ReloadTypesAsync(cancellationToken).ConfigureAwait(false);
            if (!hasOwnTables || _options.IsReadOnly) return hasOwnTables;
            HasOwnTables = true;
            await session.BeginAsync(isWriting: true, cancellationToken).ConfigureAwait(false);
            await ForgetAnswersAsync(session).ConfigureAwait(false);
            await session.CommitAsync().ConfigureAwait(false);
            return true;
        }
        catch (NpgsqlException exception)
        {
            throw PostgreSqlErrors.Translate(exception, Database, "to open it", isWriting: false, isInDoubt: false, isRepeatable: true, _options.CommandTimeout);
        }
        finally
        {
            if (session is not null)
            {
                await session.RollbackAsync().ConfigureAwait(false);
                await session.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    /// <summary>Works as on a database where the library's own tables could not be made.</summary>
    internal void ForgoOwnTables() => HasOwnTables = false;

    /// <inheritdoc/>
    protected override bool NotesAttributeChanges => true;

    /// <inheritdoc/>
    protected override int ReadsBeforeAsking => 8;

    /// <inheritdoc/>
    protected override async ValueTask<SqlSession> RentAsync(bool isWriting, CancellationToken cancellationToken)
    {
        if (isWriting && _options.IsReadOnly) throw new StorageException($"{Database} was opened read-only, so nothing can be stored. Open it without IsReadOnly.");
        await _turns.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await ConnectAsync(_options.CommandTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            _turns.Release();
            throw;
        }
    }

    /// <inheritdoc/>
    protected override async ValueTask ReturnAsync(SqlSession session, bool isWriting)
    {
        try
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            _turns.Release();
        }
    }

    /// <inheritdoc/>
    protected override ValueTask<T> WithRetriesAsync<T>(Func<CancellationToken, ValueTask<T>> transaction, CancellationToken cancellationToken) =>
        _retries.RunAsync(transaction, cancellationToken);

    /// <inheritdoc/>
    protected override StorageException Translate(DbException exception, string request, bool isWriting, bool isInDoubt) => exception is NpgsqlException fault
        ? PostgreSqlErrors.Translate(fault, Database, request, isWriting, isInDoubt, isRepeatable: HasOwnTables, _options.CommandTimeout)
        : new StorageException($"The request {request} failed on {Database}: {exception.Message}", exception);

    /// <inheritdoc/>
    protected override ValueTask DiagnoseAsync(SqlSession session, ICollection<StorageFinding> findings) => PostgreSqlDiagnosis.RunAsync(session, findings);

    /// <inheritdoc/>
    protected override async ValueTask DisposeCoreAsync()
    {
        // Whoever is at work finishes first.
        for (int i = 0; i < _options.MaxConnections; i++) await _turns.WaitAsync().ConfigureAwait(false);
        if (_ownsSource) await _source.DisposeAsync().ConfigureAwait(false);
        _turns.Release(_options.MaxConnections);
    }

    private async ValueTask<PostgreSqlSession> ConnectAsync(TimeSpan commandTimeout, CancellationToken cancellationToken) =>
        new(await _source.OpenConnectionAsync(cancellationToken).ConfigureAwait(false), _schema, commandTimeout, _times, _transactions);
}
