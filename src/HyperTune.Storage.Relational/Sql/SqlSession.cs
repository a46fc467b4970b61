using System.Data.Common;

namespace HyperTune.Storage.Relational;

/// <summary>One open connection. Used by one flow at a time; a driver's exceptions leave it as they are.</summary>
public abstract class SqlSession : IAsyncDisposable
{
    /// <summary>Where the database stands; null when that is not known at this moment.</summary>
    /// <remarks>
    /// Asked by a reader before its first statement: its snapshot shows all up to that point, and may show more. Asked by a writer after its first statements have
    /// answered: what it builds on.
    /// </remarks>
    public abstract ValueTask<CommitPoint?> GetPointAsync();

    /// <summary>Only points with the same scope can be compared.</summary>
    public virtual object PointScope => this;

    /// <summary>The <see cref="CommitPoint.Own"/> of a point that has just passed the last followed transaction.</summary>
    public abstract long OwnCommit { get; }

    /// <summary>Whether all that the present transaction changes is known, so that its commit is one of the storage's own. Read when it ends.</summary>
    public bool IsFollowed => Own is not null;

    /// <summary>What the present transaction changes, where that is followed.</summary>
    internal OwnChanges.Transaction? Own { get; set; }

    /// <summary>Whether the next transaction only reads what is new, so that a driver may look for ways that fit few rows. Set before <see cref="BeginAsync"/>.</summary>
    public bool IsShort { get; set; }

    /// <summary>Begins a transaction: a consistent snapshot for reading, or one that may write.</summary>
    public abstract ValueTask BeginAsync(bool isWriting, CancellationToken cancellationToken);

    /// <summary>Makes the transaction durable.</summary>
    public abstract ValueTask CommitAsync();

    /// <summary>Undoes the transaction, if there is one. Does not throw.</summary>
    public abstract ValueTask RollbackAsync();

    /// <summary>Whether the transaction's end failed in a way that leaves open whether the database has made it durable.</summary>
    /// <param name="exception">The failure.</param>
    public virtual bool IsInDoubt(DbException exception) => false;

    /// <summary>Runs statements in order. The caller must go through all of them, with <see cref="SqlRows.NextStatementAsync"/>.</summary>
    /// <param name="batch">The statements.</param>
    /// <param name="isLast">Whether nothing but <see cref="CommitAsync"/> follows, so that a driver may end the transaction in the same round trip.</param>
    public abstract ValueTask<SqlRows> QueryAsync(SqlBatch batch, bool isLast = false);

    /// <summary>Runs statements whose rows do not matter. A driver may keep them for the next round trip of the transaction.</summary>
    public virtual async ValueTask RunAsync(SqlBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        if (batch.Count == 0) return;
        SqlRows rows = await QueryAsync(batch).ConfigureAwait(false);
        await using (rows.ConfigureAwait(false))
        {
            while (await rows.NextStatementAsync().ConfigureAwait(false))
            {
            }
        }
    }

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
