using System.Globalization;
using System.Text;

namespace HyperTune.Storage.Journal;

/// <summary>Leases as files in a folder: the name is the trial, the content its stamp, and the time of the last writing that of the last renewal.</summary>
/// <remarks>All times are those that the file system gives, also to the file that asks for the present one, so that the clocks of machines need not agree.</remarks>
internal sealed class JournalLeaseFolder(string folder)
{
    private const string ClockPrefix = "now-";

    private int _isMade;

    public void Renew(IReadOnlyList<JournalLease> leases)
    {
        if (leases.Count == 0) return;
        Make();
        for (int i = 0; i < leases.Count; i++) File.WriteAllText(PathOf(leases[i].Trial), leases[i].Stamp.ToString(CultureInfo.InvariantCulture), Encoding.ASCII);
    }

    public void Remove(IReadOnlyList<long> trials)
    {
        if (trials.Count == 0 || !Directory.Exists(folder)) return;
        for (int i = 0; i < trials.Count; i++) File.Delete(PathOf(trials[i]));
    }

    public JournalLeases Read()
    {
        if (!Directory.Exists(folder)) return new JournalLeases(default, []);
        DateTime now = AskClock();
        var ages = new List<(JournalLease Lease, TimeSpan Age)>();
        foreach (FileInfo file in new DirectoryInfo(folder).EnumerateFiles())
        {
            if (!long.TryParse(file.Name, NumberStyles.None, CultureInfo.InvariantCulture, out long trial)) continue;
            try
            {
                // One that is being written is fresh.
                if (long.TryParse(File.ReadAllText(file.FullName), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long stamp))
                    ages.Add((new JournalLease(trial, stamp), now - file.LastWriteTimeUtc));
            }
            catch (FileNotFoundException)
            {
                // Its trial ended meanwhile.
            }
        }
        return new JournalLeases(new DateTimeOffset(now, TimeSpan.Zero), ages);
    }

    private DateTime AskClock()
    {
        string clock = Path.Combine(folder, $"{ClockPrefix}{Guid.NewGuid():N}");
        try
        {
            File.WriteAllText(clock, ClockPrefix);
            return File.GetLastWriteTimeUtc(clock);
        }
        finally
        {
            File.Delete(clock);
        }
    }

    private void Make()
    {
        if (Interlocked.Exchange(ref _isMade, 1) == 0) Directory.CreateDirectory(folder);
    }

    private string PathOf(long trial) => Path.Combine(folder, trial.ToString(CultureInfo.InvariantCulture));
}
