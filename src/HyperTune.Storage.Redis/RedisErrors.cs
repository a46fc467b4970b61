using System.Globalization;
using System.Net;
using StackExchange.Redis;

namespace HyperTune.Storage.Redis;

/// <summary>What the driver's exceptions mean to a user.</summary>
internal static class RedisErrors
{
    /// <summary>Answers of a server that will take the request in a moment.</summary>
    private static readonly string[] Passing = ["LOADING", "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN", "BUSY"];

    /// <summary>The addresses, without users and passwords.</summary>
    public static string NameOf(ConfigurationOptions configuration) => $"redis at {NameOf(configuration.EndPoints)}";

    public static string NameOf(IEnumerable<EndPoint> servers) =>
        string.Join(", ", servers.Select(server => server is DnsEndPoint named ? string.Create(CultureInfo.InvariantCulture, $"{named.Host}:{named.Port}") : server.ToString()));

    public static bool IsTransient(Exception exception) => exception switch
    {
        RedisTimeoutException => true,
        RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } => false,
        RedisConnectionException => true,
        RedisServerException server => Passing.Any(word => server.Message.StartsWith(word, StringComparison.Ordinal)),
        _ => false,
    };

    public static StorageException Translate(Exception exception, string server, string request)
    {
        string message = exception.Message;
        string why = exception switch
        {
            RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } => "it refuses the user or the password. Correct them.",
            RedisConnectionException => "it cannot be reached. Check the address, and that the server runs.",
            RedisTimeoutException => "it did not answer in time. Try again, or raise the timeouts of the connection.",
            RedisServerException when message.StartsWith("WRONGPASS", StringComparison.Ordinal) => "it refuses the user or the password. Correct them.",
            RedisServerException when message.StartsWith("NOAUTH", StringComparison.Ordinal) => "it asks for a user and a password. Give them with the connection.",
            RedisServerException when message.StartsWith("NOPERM", StringComparison.Ordinal) => "this user may not. Give it the right to the keys, and to EVAL.",
            RedisServerException when message.StartsWith("OOM", StringComparison.Ordinal) => "its memory is full. Make room, or raise maxmemory.",
            RedisServerException when message.Contains("WRONGTYPE", StringComparison.Ordinal) => "a key of the journal holds something else. Choose another KeyPrefix or Database.",
            // The driver's words where it knows the number of databases, and the server's.
            _ when message.Contains("database does not exist", StringComparison.Ordinal) || message.Contains("DB index is out of range", StringComparison.Ordinal) =>
                "it has no database of this number. Choose a lower one, or raise the server's setting databases.",
            RedisServerException when message.StartsWith("READONLY", StringComparison.Ordinal) => "it is a replica. Connect to the primary.",
            _ => "it reports an error.",
        };
        return new StorageException($"The request {request} failed on {server}: {why} ({message})", exception, IsTransient(exception));
    }
}
