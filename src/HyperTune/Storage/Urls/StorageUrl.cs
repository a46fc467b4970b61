using System.Collections.ObjectModel;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace HyperTune;

/// <summary>Where a storage is, as one text: <c>sqlite:///study.db</c>, <c>postgresql://user:password@host/database</c>. Immutable.</summary>
/// <remarks>
/// <para>
/// The form is that of Python's database URLs, so that a URL which Optuna takes works here too. For files three slashes mean a path relative to the
/// current folder, and four an absolute one: <c>sqlite:////data/study.db</c> is the file <c>/data/study.db</c>.
/// </para>
/// <para>
/// A driver that Python names, as in <c>postgresql+psycopg2</c>, is passed over, and <c>postgres</c> means <c>postgresql</c>. User, password and options may hold
/// characters in the form <c>%40</c>; a path is taken as it is. What is shown of a URL never contains its password.
/// </para>
/// </remarks>
public sealed class StorageUrl
{
    private const string Hidden = "***";
    private const int LargestPort = 65535;

    private static readonly string[] SecretWords = ["password", "passwd", "pwd", "secret", "token"];

    private StorageUrl(string scheme) => Scheme = scheme;

    /// <summary>The kind of storage, in lower case and without a driver: <c>sqlite</c>, <c>postgresql</c>, <c>redis</c>, <c>rediss</c>, <c>journal</c>, <c>memory</c>.</summary>
    public string Scheme { get; }

    /// <summary>The user; null when none is given.</summary>
    public string? User { get; private init; }

    /// <summary>The password; null when none is given.</summary>
    public string? Password { get; private init; }

    /// <summary>The host's name or address, without the brackets of IPv6; null when none is given, as for files. Several hosts stay as they are, commas and ports included.</summary>
    public string? Host { get; private init; }

    /// <summary>The port, from 1 to 65535; null when none is given.</summary>
    public int? Port { get; private init; }

    /// <summary>What follows the slash after the host: the path of a file, or the name of a database. Empty when nothing does.</summary>
    public string Path { get; private init; } = "";

    /// <summary>The options after the question mark, by name; of a name given twice the last one counts.</summary>
    public IReadOnlyDictionary<string, string> Options { get; private init; } = new Dictionary<string, string>(0).AsReadOnly();

    /// <summary>Reads a URL.</summary>
    /// <exception cref="FormatException">The text is no URL of a storage; the message says what is wrong, without the password.</exception>
    public static StorageUrl Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        int colon = text.IndexOf(':', StringComparison.Ordinal);
        // A single letter is a drive of Windows.
        if (colon < 2 || !IsScheme(text.AsSpan(0, colon)))
        {
            throw new FormatException(
                $"'{Redact(text)}' is no URL of a storage. Write sqlite:///study.db for a file in the current folder, sqlite:////folder/study.db for an absolute path.");
        }
        string scheme = text[..colon].ToLowerInvariant();
        if (scheme.IndexOf('+', StringComparison.Ordinal) is >= 0 and var plus) scheme = scheme[..plus];
        if (scheme == "postgres") scheme = "postgresql";
        string rest = text[(colon + 1)..];
        if (rest.Length == 0) return new StorageUrl(scheme);
        if (!rest.StartsWith("//", StringComparison.Ordinal)) throw Bad(text, $"two slashes should follow '{scheme}:'. For a file write {scheme}:///file, or {scheme}:////folder/file for an absolute path");
        rest = rest[2..];
        string query = "";
        if (rest.IndexOf('?', StringComparison.Ordinal) is >= 0 and var mark) (rest, query) = (rest[..mark], rest[(mark + 1)..]);
        int slash = rest.IndexOf('/', StringComparison.Ordinal);
        string authority = slash < 0 ? rest : rest[..slash];
        (string? user, string? password) = (null, null);
        // A password that is not escaped may contain the sign itself.
        if (authority.LastIndexOf('@') is >= 0 and var at)
        {
            string credentials = authority[..at];
            authority = authority[(at + 1)..];
            int parting = credentials.IndexOf(':', StringComparison.Ordinal);
            user = Uri.UnescapeDataString(parting < 0 ? credentials : credentials[..parting]);
            if (parting >= 0) password = Uri.UnescapeDataString(credentials[(parting + 1)..]);
        }
        (string host, int? port) = ReadHost(text, authority);
        // The beginning of a password that is not escaped may look like a port.
        if (port is not null && user is null && text.Contains('@', StringComparison.Ordinal))
            throw Bad(text, "an @ follows the port. Escape special characters of a password: / is %2F, ? is %3F; and an @ that ends none: it is %40");
        return new StorageUrl(scheme)
        {
            User = user is { Length: > 0 } ? user : null,
            Password = password,
            Host = host.Length > 0 ? host : null,
            Port = port,
            Path = slash < 0 ? "" : rest[(slash + 1)..],
            Options = ReadOptions(text, query),
        };
    }

    /// <summary>Reads a URL, if the text is one.</summary>
    /// <returns>Whether it is.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out StorageUrl? url)
    {
        url = null;
        if (text is null) return false;
        try
        {
            url = Parse(text);
            return true;
        }
        catch (FormatException)
        {
            return false;
        }
    }

    /// <summary>The path of a storage that is a file.</summary>
    /// <exception cref="FormatException">A host is given, or no path.</exception>
    public string ToFilePath()
    {
        if (Host is not null || User is not null || Password is not null)
            throw new FormatException($"'{this}' names a host, but {Scheme} is a file. Write three slashes before a relative path, and four before an absolute one.");
        if (Path.Length == 0) throw new FormatException($"'{this}' names no file. Write {Scheme}:///file, or {Scheme}:////folder/file for an absolute path.");
        return Path;
    }

    /// <summary>The URL with its password, and options that look like one, replaced by stars.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Scheme).Append(':');
        bool hasMore = Host is not null || Path.Length > 0 || User is not null || Password is not null || Options.Count > 0;
        if (!hasMore) return text.ToString();
        text.Append("//");
        if (User is not null || Password is not null)
        {
            text.Append(User);
            if (Password is not null) text.Append(':').Append(Hidden);
            text.Append('@');
        }
        text.Append(Host?.Contains(':', StringComparison.Ordinal) == true ? $"[{Host}]" : Host);
        if (Port is { } port) text.Append(CultureInfo.InvariantCulture, $":{port}");
        if (Path.Length > 0) text.Append('/').Append(Path);
        char separator = '?';
        foreach ((string name, string value) in Options)
        {
            text.Append(separator).Append(name).Append('=').Append(IsSecret(name) ? Hidden : value);
            separator = '&';
        }
        return text.ToString();
    }

    private static bool IsScheme(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('+' or '-' or '.' or '_')) return false;
        }
        return char.IsAsciiLetter(text[0]);
    }

    private static (string Host, int? Port) ReadHost(string text, string authority)
    {
        if (authority.Contains(',', StringComparison.Ordinal)) return (Uri.UnescapeDataString(authority), null);
        int portAt = authority.StartsWith('[') ? authority.IndexOf(']', StringComparison.Ordinal) + 1 : authority.IndexOf(':', StringComparison.Ordinal);
        if (authority.StartsWith('[') && portAt == 0) throw Bad(text, "a bracket of the address is not closed");
        string host = portAt < 0 ? authority : authority[..portAt];
        string rest = portAt < 0 ? "" : authority[portAt..];
        int? port = null;
        if (rest.Length > 0)
        {
            if (rest[0] != ':' || !int.TryParse(rest.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out int number) || number is < 1 or > LargestPort)
                throw Bad(text, $"a port from 1 to {LargestPort} should follow the host. Escape special characters of a password: / is %2F, ? is %3F");
            port = number;
        }
        return (host.StartsWith('[') ? host[1..^1] : Uri.UnescapeDataString(host), port);
    }

    private static ReadOnlyDictionary<string, string> ReadOptions(string text, string query)
    {
        var options = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string part in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw Bad(text, "options are written name=value, with & between them");
            options[Unescape(part[..equals])] = Unescape(part[(equals + 1)..]);
        }
        return options.AsReadOnly();

        static string Unescape(string part) => Uri.UnescapeDataString(part.Replace('+', ' '));
    }

    private static bool IsSecret(string name) => Array.Exists(SecretWords, word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static FormatException Bad(string text, string what) => new($"'{Redact(text)}' is no URL of a storage: {what}.");

    /// <summary>A text that may be a URL, without all that may be a password: what follows the first colon after the slashes up to the last @, and the options.</summary>
    private static string Redact(string text)
    {
        int start = text.IndexOf("//", StringComparison.Ordinal);
        start = start < 0 ? 0 : start + 2;
        int end = text.LastIndexOf('@');
        if (end >= start)
        {
            int colon = text.IndexOf(':', start, end - start);
            if (colon >= 0) text = string.Concat(text.AsSpan(0, colon + 1), Hidden, text.AsSpan(end));
        }
        else if (text.IndexOf(':', start) is >= 0 and var parting && start > 0)
        {
            // An unescaped slash or question mark may have cut the password off from its @.
            text = string.Concat(text.AsSpan(0, parting + 1), Hidden);
        }
        int mark = text.IndexOf('?', StringComparison.Ordinal);
        return mark < 0 ? text : string.Concat(text.AsSpan(0, mark + 1), Hidden);
    }
}
