using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace HyperTune.Storage.PostgreSql;

/// <summary>Tries again what a passing fault broke: at once, then after waits that double, until a limit.</summary>
/// <remarks>Waits are drawn between half and all of their length, so that workers that lost the server together do not come back together.</remarks>
internal sealed class PostgreSqlRetries(TimeSpan limit, TimeProvider time, ILogger logger, string database)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    public ValueTask<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> transaction, CancellationToken cancellationToken) =>
        RunAsync(transaction, PostgreSqlErrors.IsWorthRetrying, cancellationToken);

    public async ValueTask<T> RunAsync<T>(Func<CancellationToken, ValueTask<T>> transaction, Func<NpgsqlException, bool> isWorthRetrying, CancellationToken cancellationToken)
    {
        long start = time.GetTimestamp();
        TimeSpan delay = FirstDelay;
        for (int tries = 0; ; tries++)
        {
            try
            {
                return await transaction(cancellationToken).ConfigureAwait(false);
            }
            catch (StorageException exception) when (exception is { IsTransient: true, InnerException: NpgsqlException fault } && isWorthRetrying(fault) && time.GetElapsedTime(start) < limit)
            {
                cancellationToken.ThrowIfCancellationRequested();
                // The first fault is most often a pooled connection to a server that has been restarted since.
                TimeSpan wait = tries == 0 ? TimeSpan.Zero : delay * (0.5 + (RandomNumberGenerator.GetInt32(1000) / 2000.0));
                TimeSpan left = limit - time.GetElapsedTime(start);
                if (wait > left) wait = left;
                PostgreSqlLog.TryingAgain(logger, database, fault.SqlState ?? fault.Message, Math.Round(wait.TotalMilliseconds), Math.Round(left.TotalSeconds));
                if (wait <= TimeSpan.Zero) continue;
                await Task.Delay(wait, time, cancellationToken).ConfigureAwait(false);
                delay = delay * 2 < LongestDelay ? delay * 2 : LongestDelay;
            }
        }
    }
}
