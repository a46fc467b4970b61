using System.Globalization;

namespace HyperTune.Storage.Journal;

/// <summary>Leases as empty files in a folder: the name is the trial and its stamp, and the time of making that of the last renewal.</summary>
/// <remarks>
/// All times are those that the file system gives, also to the file that asks for the present one, so that the clocks of machines need not agree. The files
/// are empty because the next flush of the journal would have to carry their content to the disk, too.
/// </remarks>
internal sealed class JournalLeaseFolder(string folder)
{
    private const string ClockPrefix = "now-";

    private int _isMade;

    public void Renew(IReadOnlyList<JournalLease> leases)
    {
        if (leases.Count == 0) return;
        if (Interlocked.Exchange(ref _isMade, 1) == 0) Directory.CreateDirectory(folder);
        for (int i = 0; i < leases.Count; i++)
        {
            string path = PathOf(leases[i]);
            // Made anew, since only the making of an empty file takes the time from the file system. Whoever looks in between finds no lease, and leaves the trial alone.
            File.Delete(path);
            Touch(path);
        }
    }

    public void Remove(IReadOnlyList<JournalLease> leases)
    {
        if (leases.Count == 0 || !Directory.Exists(folder)) return;
        for (int i = 0; i < leases.Count; i++) File.Delete(PathOf(leases[i]));
    }

    /// <summary>Reads all leases.</summary>
    /// <param name="present">The present time, in UTC; null to ask the file system, which takes the right to write.</param>
    public JournalLeases Read(DateTime? present)
    {
        if (!Directory.Exists(folder)) return new JournalLeases(default, []);
        DateTime now = present ?? AskClock();
        var ages = new List<(JournalLease Lease, TimeSpan Age)>();
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles())
        {
            string[] parts = file.Name.Split('-', 2);
            // The clock's own file is no lease, and one whose trial ended meanwhile is none any more.
            if (parts.Length == 2 && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long trial)
                && long.TryParse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long stamp) && file.Exists)
                ages.Add((new JournalLease(trial, stamp), now - file.LastWriteTimeUtc));
        }
        return new JournalLeases(new DateTimeOffset(now, TimeSpan.Zero), ages);
    }

    private DateTime AskClock()
    {
        string clock = Path.Combine(folder, $"{ClockPrefix}{Guid.NewGuid():N}");
        try
        {
            Touch(clock);
            return File.GetLastWriteTimeUtc(clock);
        }
        finally
        {
            File.Delete(clock);
        }
    }

    private static void Touch(string path) => File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).Dispose();

    private string PathOf(JournalLease lease) => Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{lease.Trial}-{lease.Stamp}"));
}
