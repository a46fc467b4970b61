using HyperTune.Storage.Diagnosis;
using HyperTune.Storage.Relational;

namespace HyperTune.Storage.Sqlite;

/// <summary>Looks for what is wrong with a file rather than with its studies.</summary>
internal static class SqliteDiagnosis
{
    public static void Run(SqliteSession session, ICollection<StorageFinding> findings)
    {
        if (session.ReadText("PRAGMA quick_check(1)") is not "ok" and var fault)
            findings.Add(new(FindingSeverity.Error, $"SQLite calls the file damaged ({fault}). Restore a copy, or save what can be read: hypertune copy --from this file --to a new one."));
        if (session.ReadText("PRAGMA journal_mode") is not "wal" and var mode)
            findings.Add(new(FindingSeverity.Note, $"The journal mode is {mode}, in which reading waits for writing. It becomes wal when the file is next opened for writing."));
        HashSet<string> names = session.ReadTexts(SqliteSchema.Names);
        string[] missing = [.. Schema.OwnNames.Concat(SqliteAttributeLog.Names).Where(name => !names.Contains(name))];
        if (missing.Length > 0)
            findings.Add(new(FindingSeverity.Note, $"Tables, indices or triggers of the library are missing ({string.Join(", ", missing)}): they are made when the file is next opened for writing."));
    }
}
