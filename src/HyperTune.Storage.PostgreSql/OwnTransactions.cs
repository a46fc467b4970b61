using HyperTune.Storage.Relational;

namespace HyperTune.Storage.PostgreSql;

/// <summary>Tells from the numbers of transactions whether anybody but one storage has committed since. Safe for concurrent use.</summary>
/// <remarks>
/// PostgreSQL numbers every transaction that changes something, in all databases of a server, one after the other. Where none below a number is still open, what a snapshot shows is
/// settled by that number alone. So the count of numbers that were given out, less those of the storage's own commits, stands still exactly as long as nobody else changes
/// anything. What is not known for certain, such as a commit whose answer was lost, counts as that of others.
/// </remarks>
internal sealed class OwnTransactions
{
    /// <summary>Commits that are told apart. A snapshot that is older than these has no point.</summary>
    private const int MostKept = 1024;

    private readonly Lock _gate = new();
    private readonly HashSet<long> _open = [];
    private readonly List<long> _recent = [];
    private long _forgotten;
    private long _newestForgotten;

    /// <summary>A transaction that may have a commit of its own has begun. Known before it can end.</summary>
    public void Begin(long transaction)
    {
        lock (_gate) _open.Add(transaction);
    }

    /// <summary>A transaction is over.</summary>
    /// <param name="transaction">Its number.</param>
    /// <param name="isOwn">Whether it is durable, and all of its changes are known.</param>
    public void End(long transaction, bool isOwn)
    {
        lock (_gate)
        {
            _open.Remove(transaction);
            if (!isOwn) return;
            int place = _recent.BinarySearch(transaction);
            _recent.Insert(~place, transaction);
            if (_recent.Count <= MostKept) return;
            _newestForgotten = _recent[(MostKept / 2) - 1];
            _forgotten += MostKept / 2;
            _recent.RemoveRange(0, MostKept / 2);
        }
    }

    /// <summary>The point of a snapshot that shows all transactions below a number; null if that cannot be told.</summary>
    /// <param name="next">The number.</param>
    /// <param name="self">The transaction that asks, if it has a number; it is none of those that the point has passed.</param>
    public CommitPoint? PointOf(long next, long? self = null)
    {
        lock (_gate)
        {
            if (next <= _newestForgotten) return null;
            // Over for the server, perhaps, but not yet here.
            foreach (long open in _open) if (open < next && open != self) return null;
            int place = _recent.BinarySearch(next);
            long passed = next - _forgotten - (place < 0 ? ~place : place);
            return new CommitPoint(self < next ? passed - 1 : passed, next - 1);
        }
    }
}
