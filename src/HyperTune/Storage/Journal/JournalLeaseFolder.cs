using System.Globalization;

namespace HyperTune.Storage.Journal;

/// <summary>Leases as empty files in a folder: the name is the trial and its stamp, and the time of making that of the last renewal. Safe for concurrent use.</summary>
/// <remarks>
/// <para>
/// All times are those that the file system gives, also to the file that asks for the present one, so that the clocks of machines need not agree. The files
/// are empty because the next flush of the journal would have to carry their content to the disk, too.
/// </para>
/// <para>
/// To make a file and to remove one for each trial costs more than the entries themselves, and ever more where a file system avoids inodes that were freed just
/// now. So a trial that starts with the end of another one takes over its file, if that is young, under the names of both: whether or not the group of the two gets into the
/// journal, the one that runs then has its lease.
/// </para>
/// </remarks>
internal sealed class JournalLeaseFolder(string folder)
{
    private const string ClockPrefix = "now-";
    private const char NameSeparator = '+';

    /// <summary>How old a lease may be to be taken over, and so may be older than its trial.</summary>
    private static readonly TimeSpan LongestTakenOver = TimeSpan.FromMilliseconds(100);

    private const int MostAttempts = 3;

    private readonly Lock _gate = new();

    // The files of this process that were taken over: for the lease that goes on the whole name, and so for the one that ends until it has.
    private readonly Dictionary<JournalLease, string> _shared = [];
    private bool _isMade;

    /// <summary>Makes the leases of a group that is about to be appended.</summary>
    /// <param name="leases">Leases that begin with the group.</param>
    /// <param name="released">Leases that end with it.</param>
    /// <param name="now">The present time of the file system; null if it is not known.</param>
    public void Begin(IReadOnlyList<JournalLease> leases, IReadOnlyList<JournalLease> released, DateTime? now)
    {
        lock (_gate)
        {
            int next = 0;
            for (int i = 0; i < leases.Count; i++)
            {
                bool isTakenOver = false;
                while (now is { } time && !isTakenOver && next < released.Count) isTakenOver = TryTakeOver(released[next++], leases[i], time);
                if (!isTakenOver) Make(leases[i]);
            }
        }
    }

    /// <summary>Removes the leases that ended with a group that was appended.</summary>
    public void End(IReadOnlyList<JournalLease> released)
    {
        lock (_gate)
        {
            for (int i = 0; i < released.Count; i++)
            {
                if (!_shared.Remove(released[i], out string? name)) Delete(NameOf(released[i]));
                else if (IsLast(released[i], name)) Delete(name);
            }
        }
    }

    public void Renew(IReadOnlyList<JournalLease> leases)
    {
        lock (_gate)
        {
            for (int i = 0; i < leases.Count; i++)
            {
                // Whoever looks in between finds no lease, and leaves the trial alone. A file that another trial has taken over is that one's.
                if (_shared.Remove(leases[i], out string? name) && IsLast(leases[i], name)) Delete(name);
                Make(leases[i]);
            }
        }
    }

    /// <summary>Removes files of which all leases are dead.</summary>
    public void RemoveDead(IReadOnlyList<JournalLease> leases)
    {
        if (leases.Count == 0 || !Directory.Exists(folder)) return;
        foreach (string path in Directory.EnumerateFiles(folder))
        {
            if (LeasesOf(Path.GetFileName(path)) is { Count: > 0 } held && held.TrueForAll(leases.Contains)) File.Delete(path);
        }
    }

    /// <summary>Reads all leases.</summary>
    /// <param name="present">The present time, in UTC; null to ask the file system, which takes the right to write.</param>
    public JournalLeases Read(DateTime? present)
    {
        if (!Directory.Exists(folder)) return new JournalLeases(default, []);
        DateTime now = present ?? AskClock();
        // Of two files that hold one lease the younger one counts.
        var ages = new Dictionary<JournalLease, TimeSpan>();
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles())
        {
            // One whose trial ended meanwhile, or was taken over, is none any more.
            if (LeasesOf(file.Name) is not { Count: > 0 } held || !file.Exists) continue;
            TimeSpan age = now - file.LastWriteTimeUtc;
            foreach (JournalLease lease in held) ages[lease] = ages.TryGetValue(lease, out TimeSpan other) && other < age ? other : age;
        }
        return new JournalLeases(new DateTimeOffset(now, TimeSpan.Zero), [.. ages.Select(lease => (lease.Key, lease.Value))]);
    }

    /// <summary>Gives the file of a lease that ends to one that begins.</summary>
    private bool TryTakeOver(JournalLease ending, JournalLease beginning, DateTime now)
    {
        string name = _shared.GetValueOrDefault(ending, NameOf(ending));
        if ((File.GetLastWriteTimeUtc(PathOf(name)) - now).Duration() > LongestTakenOver) return false;
        string both = $"{NameOf(ending)}{NameSeparator}{NameOf(beginning)}";
        try
        {
            File.Move(PathOf(name), PathOf(both), overwrite: true);
        }
        catch (FileNotFoundException)
        {
            // Somebody took the trial back.
            return false;
        }
        _shared[ending] = _shared[beginning] = both;
        return true;
    }

    private static bool IsLast(JournalLease lease, string name) => name.EndsWith(NameSeparator + NameOf(lease), StringComparison.Ordinal);

    /// <summary>Makes a lease anew, since only the making of an empty file takes the time from the file system.</summary>
    private void Make(JournalLease lease)
    {
        if (!_isMade) Directory.CreateDirectory(folder);
        _isMade = true;
        string path = PathOf(NameOf(lease));
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                Touch(path);
                return;
            }
            catch (IOException exception) when (exception is not DirectoryNotFoundException && attempt < MostAttempts)
            {
                // It is there already. Who takes trials back may remove it at the same moment.
                File.Delete(path);
            }
        }
    }

    private void Delete(string name)
    {
        try
        {
            File.Delete(PathOf(name));
        }
        catch (DirectoryNotFoundException)
        {
            // There never was a lease, or somebody took all away.
        }
    }

    private DateTime AskClock()
    {
        string clock = PathOf($"{ClockPrefix}{Guid.NewGuid():N}");
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

    private static void Touch(string path) => File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).Dispose();

    /// <summary>The leases that a file stands for; null if it is none of them, such as the one that asks for the time.</summary>
    private static List<JournalLease>? LeasesOf(string name)
    {
        var leases = new List<JournalLease>(2);
        foreach (string part in name.Split(NameSeparator))
        {
            string[] numbers = part.Split('-', 2);
            if (numbers.Length != 2 || !long.TryParse(numbers[0], NumberStyles.None, CultureInfo.InvariantCulture, out long trial)
                || !long.TryParse(numbers[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long stamp)) return null;
            leases.Add(new JournalLease(trial, stamp));
        }
        return leases;
    }

    private static string NameOf(JournalLease lease) => string.Create(CultureInfo.InvariantCulture, $"{lease.Trial}-{lease.Stamp}");

    private string PathOf(string name) => Path.Combine(folder, name);
}
