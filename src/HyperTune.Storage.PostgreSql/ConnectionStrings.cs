using Npgsql;

namespace HyperTune.Storage.PostgreSql;

/// <summary>Connection strings, and the URLs that Python's drivers and libpq take. A password never gets into a message.</summary>
internal static class ConnectionStrings
{
    /// <summary>Names of libpq that the driver calls otherwise. Those with an empty name have no meaning here.</summary>
    private static readonly Dictionary<string, string> Names = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["sslpassword"] = "SSL Password",
        ["channel_binding"] = "Channel Binding",
        ["connect_timeout"] = "Timeout",
        ["application_name"] = "Application Name",
        ["options"] = "Options",
        ["host"] = "Host",
        ["port"] = "Port",
        ["dbname"] = "Database",
        ["user"] = "Username",
        ["password"] = "Password",
        ["passfile"] = "Passfile",
        ["target_session_attrs"] = "Target Session Attributes",
        ["load_balance_hosts"] = "Load Balance Hosts",
        ["krbsrvname"] = "Kerberos Service Name",
        ["client_encoding"] = "",
        ["keepalives"] = "",
    };

    /// <summary>Whether a text is a URL of a PostgreSQL database.</summary>
    public static bool IsUrl(string text)
    {
        int end = text.IndexOf("://", StringComparison.Ordinal);
        if (end < 0) return false;
        // Python's form names its driver: postgresql+psycopg2.
        string scheme = text[..end].Split('+')[0];
        return scheme.Equals("postgresql", StringComparison.OrdinalIgnoreCase) || scheme.Equals("postgres", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Reads either form.</summary>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        if (IsUrl(text))
        {
            try
            {
                return Of(StorageUrl.Parse(text));
            }
            catch (FormatException exception)
            {
                throw new ArgumentException(exception.Message, nameof(text));
            }
        }
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException or InvalidOperationException)
        {
            // The driver's message may quote a part of the password.
            throw new ArgumentException(
                "The text is neither a connection string (Host=…;Username=…;Password=…;Database=…) nor a URL (postgresql://user:password@host:port/database). "
                + "A value with a semicolon has to stand in quotes. The text is not shown, since it may hold a password.", nameof(text));
        }
    }

    /// <summary>The settings that a URL means.</summary>
    /// <exception cref="ArgumentException">The URL has an option that is not known.</exception>
    public static NpgsqlConnectionStringBuilder Of(StorageUrl url)
    {
        var builder = new NpgsqlConnectionStringBuilder { Host = url.Host ?? "localhost" };
        if (url.Port is { } port) builder.Port = port;
        if (url.User is not null) builder.Username = url.User;
        if (url.Password is { Length: > 0 }) builder.Password = url.Password;
        if (url.Path.Length > 0) builder.Database = Uri.UnescapeDataString(url.Path);
        foreach ((string name, string value) in url.Options) Set(builder, name, value);
        return builder;
    }

    private static void Set(NpgsqlConnectionStringBuilder builder, string name, string value)
    {
        if (!Names.TryGetValue(name, out string? known)) known = name;
        if (known.Length == 0) return;
        try
        {
            builder[known] = known == "SSL Mode" ? value.Replace("-", "", StringComparison.Ordinal) : value;
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException or InvalidOperationException or InvalidCastException)
        {
            throw new ArgumentException($"The URL's parameter '{name}' is not known, or its value is not allowed. Leave it out, or write it as the driver Npgsql does.");
        }
    }
}
