using System.Globalization;
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
        if (IsUrl(text)) return ParseUrl(text);
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

    private static NpgsqlConnectionStringBuilder ParseUrl(string url)
    {
        string rest = url[(url.IndexOf("://", StringComparison.Ordinal) + 3)..];
        string query = Cut(ref rest, rest.IndexOf('?', StringComparison.Ordinal));
        string database = Cut(ref rest, rest.IndexOf('/', StringComparison.Ordinal));
        int at = rest.LastIndexOf('@');
        string login = at < 0 ? "" : rest[..at], hosts = at < 0 ? rest : rest[(at + 1)..];
        var builder = new NpgsqlConnectionStringBuilder();
        string password = Cut(ref login, login.IndexOf(':', StringComparison.Ordinal));
        if (login.Length > 0) builder.Username = Decode(login);
        if (password.Length > 0) builder.Password = Decode(password);
        if (hosts.Length > 0) SetHosts(builder, hosts);
        if (database.Length > 0) builder.Database = Decode(database);
        foreach (string pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            string name = pair;
            string value = Decode(Cut(ref name, name.IndexOf('=', StringComparison.Ordinal)).Replace('+', ' '));
            Set(builder, Decode(name), value);
        }
        if (string.IsNullOrEmpty(builder.Host)) builder.Host = "localhost";
        return builder;
    }

    private static void SetHosts(NpgsqlConnectionStringBuilder builder, string hosts)
    {
        string[] all = [.. hosts.Split(',').Select(Decode)];
        // Several hosts keep their ports; the one host's port is a setting of its own.
        int colon = all.Length > 1 || all[0].EndsWith(']') ? -1 : all[0].LastIndexOf(':');
        if (colon >= 0)
        {
            if (!int.TryParse(all[0].AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int port) || port is < 1 or > 65535)
                throw new ArgumentException($"The URL has the port '{all[0][(colon + 1)..]}', but a port is a number from 1 to 65535. A character such as @, / or : in a name or password has to be written as %40, %2F or %3A.");
            builder.Port = port;
            all[0] = all[0][..colon];
        }
        builder.Host = all.Length > 1 ? string.Join(',', all) : all[0].Trim('[', ']');
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

    /// <summary>Cuts a text at a place, and gives what follows its character; nothing if there is no such place.</summary>
    private static string Cut(ref string text, int place)
    {
        if (place < 0) return "";
        string after = text[(place + 1)..];
        text = text[..place];
        return after;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text);
}
