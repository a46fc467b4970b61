using System.Globalization;
using Microsoft.Data.Sqlite;

namespace HyperTune.Storage.Sqlite.Tests;

/// <summary>A database file that goes with its test, and a bare connection to look into it.</summary>
internal sealed class SqliteFile : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("hypertune-sqlite-").FullName;

    public SqliteFile(string? copyOf = null)
    {
        FilePath = Path.Combine(_folder, "studies.db");
        if (copyOf is not null) File.Copy(copyOf, FilePath);
    }

    public string FilePath { get; }

    public string Url => "sqlite:///" + FilePath;

    public string Folder => _folder;

    public Task<SqliteStorage> OpenAsync(SqliteStorageOptions? options = null) =>
        SqliteStorage.OpenAsync(FilePath, options ?? new() { Synchronous = SqliteSynchronous.Off }, TestContext.Current.CancellationToken);

    /// <summary>Runs statements as any other program might.</summary>
    public void Run(string sql)
    {
        using SqliteConnection connection = Connect();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100 // The statements are this project's own.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>All rows of a query, cells as texts joined by '|'.</summary>
    public List<string> Rows(string sql)
    {
        using SqliteConnection connection = Connect();
        using SqliteCommand command = connection.CreateCommand();
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        using SqliteDataReader reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount).Select(i => reader.IsDBNull(i) ? "NULL" : Convert.ToString(reader.GetValue(i), CultureInfo.InvariantCulture))));
        }
        return rows;
    }

    public string Cell(string sql) => Assert.Single(Rows(sql));

    public SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False;Foreign Keys=False");
        connection.Open();
        return connection;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
