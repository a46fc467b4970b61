using System.Collections.Concurrent;
using System.Data.Common;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace HyperTune.Storage.Relational;

/// <summary>A storage in the tables of Optuna's relational schema, over any SQL database. Safe for concurrent use.</summary>
/// <remarks>
/// <para>A derived class brings the sessions, the dialect and the meaning of the driver's errors; everything else is here.</para>
/// <para>
/// Beside Optuna's tables it keeps two of its own: answers to requests, so that repeating one does nothing, and a count of retried trials per
/// study. Without them it works too, without that protection.
/// </para>
/// </remarks>
public abstract partial class RelationalStorage : ICombiningStorage
{
    /// <summary>How long the answer to a request is kept; a repetition comes at once or never.</summary>
    private static readonly TimeSpan AnswerLifetime = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<long, StudyState> _states = [];
    private readonly OwnChanges _own;
    private readonly Statements _sql;
    private readonly SqlDialect _dialect;
    private readonly TimeProvider _time;
    private long _lastForgetting;
    private int _isDisposed;

    /// <summary>Makes the storage.</summary>
    /// <param name="dialect">The pieces of statements.</param>
    /// <param name="timeProvider">The clock of times that are written and of answers that are forgotten.</param>
    /// <param name="logger">Where to warn.</param>
    protected RelationalStorage(SqlDialect dialect, TimeProvider timeProvider, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(dialect);
        ArgumentNullException.ThrowIfNull(timeProvider);
        ArgumentNullException.ThrowIfNull(logger);
        _dialect = dialect;
        _sql = new Statements(dialect);
        _own = new OwnChanges(dialect.KeepsSignOfZero);
        _time = timeProvider;
        _lastForgetting = timeProvider.GetTimestamp();
        Logger = logger;
    }

    /// <summary>Where to warn.</summary>
    protected ILogger Logger { get; }

    /// <summary>Whether the database has the library's own tables; set by the derived class on opening.</summary>
    protected bool HasOwnTables { get; set; }

    /// <summary>Closes all connections. Requests that come later are refused.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0) await DisposeCoreAsync().ConfigureAwait(false);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes all connections.</summary>
    protected abstract ValueTask DisposeCoreAsync();

    /// <summary>Gives a session to one flow, waiting for its turn.</summary>
    protected abstract ValueTask<SqlSession> RentAsync(bool isWriting, CancellationToken cancellationToken);

    /// <summary>Gives the session that writes to a short read, if it is free at this moment; null if not, or if the database has no such session.</summary>
    /// <remarks>It knows best what was just written, which is what is mostly read.</remarks>
    protected virtual ValueTask<SqlSession?> TryRentWriterAsync() => default;

    /// <summary>Takes a session back.</summary>
    protected abstract ValueTask ReturnAsync(SqlSession session, bool isWriting);

    /// <summary>Says in the user's terms what a driver's exception means.</summary>
    /// <param name="exception">The exception.</param>
    /// <param name="request">What was asked for, such as "to start 2 trial(s) of the study 'digits'".</param>
    /// <param name="isWriting">Whether something was to be stored.</param>
    /// <param name="isInDoubt">Whether it may have been stored nevertheless.</param>
    protected abstract StorageException Translate(DbException exception, string request, bool isWriting, bool isInDoubt);

    /// <summary>Runs a whole transaction, again after a lost connection if the database's strategy says so. Here: once.</summary>
    /// <remarks>Where there are the library's own tables every request may be repeated, even if it was stored and only the answer was lost.</remarks>
    protected virtual ValueTask<T> WithRetriesAsync<T>(Func<CancellationToken, ValueTask<T>> transaction, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return transaction(cancellationToken);
    }

    /// <summary>Forgets answers that nobody will ask for any more.</summary>
    protected async ValueTask ForgetAnswersAsync(SqlSession session)
    {
        ArgumentNullException.ThrowIfNull(session);
        if (!HasOwnTables) return;
        await session.RunAsync(new SqlBatch().Add(_sql.ForgetRequests, (long)AnswerLifetime.TotalSeconds)).ConfigureAwait(false);
        _lastForgetting = _time.GetTimestamp();
    }

    private ValueTask<T> InTransactionAsync<T>(bool isWriting, string request, Func<SqlSession, ValueTask<T>> work, CancellationToken cancellationToken, bool isShort = false)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        return WithRetriesAsync(token => OnceAsync(isWriting, isShort, request, work, token), cancellationToken);
    }

    private async ValueTask<T> OnceAsync<T>(bool isWriting, bool isShort, string request, Func<SqlSession, ValueTask<T>> work, CancellationToken cancellationToken)
    {
        SqlSession? session = null;
        bool isOpen = false;
        try
        {
            session = (isShort ? await TryRentWriterAsync().ConfigureAwait(false) : null) ?? await RentAsync(isWriting, cancellationToken).ConfigureAwait(false);
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
            session.IsShort = isShort;
            await session.BeginAsync(isWriting, cancellationToken).ConfigureAwait(false);
            isOpen = true;
            T result = await work(session).ConfigureAwait(false);
            await session.CommitAsync().ConfigureAwait(false);
            isOpen = false;
            session.Own?.Commit(session.OwnCommit);
            return result;
        }
        catch (DbException exception)
        {
            throw Translate(exception, request, isWriting, session?.IsInDoubt(exception) == true);
        }
        finally
        {
            if (session is not null)
            {
                if (isOpen) await session.RollbackAsync().ConfigureAwait(false);
                session.Own = null;
                await ReturnAsync(session, isWriting).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Promises to tell of each trial that the transaction changes. Said after its first statements have answered.</summary>
    private async ValueTask FollowAsync(SqlSession session) =>
        session.Own ??= await session.GetPointAsync().ConfigureAwait(false) is { } point ? _own.Begin(point) : null;

    /// <summary>What is known of a study, read if need be.</summary>
    private async ValueTask<StudyState> StateAsync(SqlSession session, StudyId study)
    {
        if (_states.TryGetValue(study.Value, out StudyState? known)) return known;
        // By one statement, since of two the second may find that the study was deleted in between.
        SqlRows rows = await session.QueryAsync(new SqlBatch().Add(Statements.StudyWithDirections, study.Value)).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            await rows.NextStatementAsync().ConfigureAwait(false);
            string? name = null;
            int objectives = 0;
            while (await rows.ReadAsync().ConfigureAwait(false))
            {
                name = rows.GetText(0);
                if (!rows.IsNull(1)) objectives++;
            }
            if (name is null) throw new StudyNotFoundException(study);
            return Remember(study, name, objectives > 0 ? objectives : throw WithoutDirections(study, name));
        }
    }

    private StudyState Remember(StudyId study, string name, int objectives)
    {
        if (_states.TryGetValue(study.Value, out StudyState? known) && known.Name == name && known.Objectives == objectives) return known;
        return _states[study.Value] = new StudyState(name, objectives);
    }

    /// <summary>Takes the result of <see cref="Statements.StudyName"/> and makes sure that the study is still the one that was known.</summary>
    private async ValueTask CheckStudyAsync(SqlRows rows, StudyId study, StudyState state)
    {
        if (await ReadNameAsync(rows).ConfigureAwait(false) == state.Name) return;
        _states.TryRemove(study.Value, out _);
        throw new StudyNotFoundException(study);
    }

    private static async ValueTask<string?> ReadNameAsync(SqlRows rows)
    {
        await rows.NextStatementAsync().ConfigureAwait(false);
        return await rows.ReadAsync().ConfigureAwait(false) ? rows.GetText(0) : null;
    }

    private static async ValueTask<IReadOnlyList<Direction>> ReadDirectionsAsync(SqlRows rows, StudyId study, string? name)
    {
        await rows.NextStatementAsync().ConfigureAwait(false);
        var directions = new List<Direction>();
        while (await rows.ReadAsync().ConfigureAwait(false))
        {
            directions.Add(StoredValues.DirectionOf(rows.GetText(0)) ?? throw new StorageException(
                $"The study '{name}' (id {study.Value}) cannot be read: study_directions.direction holds '{rows.GetText(0)}', not MINIMIZE or MAXIMIZE. Correct the cell."));
        }
        if (directions.Count == 0 && name is not null) throw WithoutDirections(study, name);
        return directions;
    }

    private static StorageException WithoutDirections(StudyId study, string name) =>
        new($"The study '{name}' (id {study.Value}) cannot be read: study_directions has no row of it. Add the row, or delete the study.");

    private string NameForMessage(StudyId study) => _states.TryGetValue(study.Value, out StudyState? state) ? $"the study '{state.Name}'" : $"the study with the id {study.Value}";

    private static string ToText(Guid request) => request.ToString("N", CultureInfo.InvariantCulture);

    /// <summary>Remembers the answer to a request, and now and then forgets old ones.</summary>
    private void AddAnswer(SqlBatch batch, Guid request, StudyId study, string answer)
    {
        if (!HasOwnTables) return;
        batch.AddRow(_sql.RememberRequest, ToText(request), study.Value, answer);
        if (_time.GetElapsedTime(_lastForgetting) < AnswerLifetime) return;
        _lastForgetting = _time.GetTimestamp();
        batch.Add(_sql.ForgetRequests, (long)AnswerLifetime.TotalSeconds);
    }

    private static async ValueTask<string?> FindAnswerAsync(SqlSession session, Guid request)
    {
        SqlRows rows = await session.QueryAsync(new SqlBatch().Add(Statements.FindRequest, ToText(request))).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false)) return await ReadTextAsync(rows).ConfigureAwait(false);
    }

    private static async ValueTask<string?> ReadTextAsync(SqlRows rows)
    {
        await rows.NextStatementAsync().ConfigureAwait(false);
        return await rows.ReadAsync().ConfigureAwait(false) ? rows.GetText(0) : null;
    }

    private static async ValueTask<long> ReadNumberAsync(SqlRows rows, long otherwise = 0)
    {
        await rows.NextStatementAsync().ConfigureAwait(false);
        return await rows.ReadAsync().ConfigureAwait(false) && rows.TryGetInt64(0, out long value) ? value : otherwise;
    }

    private static async ValueTask<List<long>> ReadNumbersAsync(SqlRows rows)
    {
        await rows.NextStatementAsync().ConfigureAwait(false);
        var numbers = new List<long>();
        while (await rows.ReadAsync().ConfigureAwait(false)) numbers.Add(rows.GetInt64(0));
        return numbers;
    }

    private static void AddReads(SqlBatch batch, string[] statements, StudyId study, params ReadOnlySpan<object> parameters)
    {
        foreach (string statement in statements) batch.Add(statement, [study.Value, .. parameters]);
    }
}
