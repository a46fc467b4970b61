using HyperTune.Storage.Journal;

namespace HyperTune.Tests.Storage.Journal;

public sealed class JournalLeaseFolderTests : IDisposable
{
    private static readonly JournalLease First = new(1, 100), Second = new(2, 200), Third = new(3, 300);

    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("hypertune-leases-");
    private readonly JournalLeaseFolder _leases;

    public JournalLeaseFolderTests() => _leases = new(Folder);

    private string Folder => Path.Combine(_parent.FullName, "leases");

    private string[] Files => [.. Directory.GetFiles(Folder).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public void Dispose() => _parent.Delete(recursive: true);

    [Fact]
    public void One_that_begins_with_the_end_of_another_takes_over_its_file()
    {
        _leases.Begin([First], [], null);
        DateTime made = File.GetLastWriteTimeUtc(PathOf(First));

        _leases.Begin([Second], [First], made);
        Assert.Equal([First, Second], Read().Keys.Order(ByTrial));
        _leases.End([First]);
        _leases.Begin([Third], [Second], made);
        _leases.End([Second]);

        Assert.Equal(made, File.GetLastWriteTimeUtc(Assert.Single(Directory.GetFiles(Folder))));
        Assert.Contains(Third, Read().Keys);
        Assert.DoesNotContain(First, Read().Keys);
        _leases.End([Third]);
        Assert.Empty(Files);
    }

    [Theory]
    [InlineData(-0.2)]
    [InlineData(0.2)]
    public void A_file_that_is_not_from_just_now_is_not_taken_over(double seconds)
    {
        _leases.Begin([First], [], null);
        DateTime made = File.GetLastWriteTimeUtc(PathOf(First));

        _leases.Begin([Second], [First], made.AddSeconds(seconds));
        _leases.End([First]);

        Assert.Equal(["2-200"], Files);
    }

    [Fact]
    public void Each_of_several_takes_over_a_file_of_its_own()
    {
        _leases.Begin([First, Second], [], null);

        _leases.Begin([Third, new(4, 400), new(5, 500)], [First, Second], Now());
        _leases.End([First, Second]);

        Assert.Equal(["1-100+3-300", "2-200+4-400", "5-500"], Files);
    }

    [Fact]
    public void A_group_that_was_not_appended_leaves_the_trial_that_goes_on_its_lease()
    {
        _leases.Begin([First], [], null);
        _leases.Begin([Second], [First], Now());

        Assert.Contains(First, Read().Keys);
        _leases.Begin([Third], [First], Now());
        _leases.End([First]);

        Assert.Equal(["1-100+3-300"], Files);
        _leases.End([Third]);
        Assert.Empty(Files);
    }

    [Fact]
    public void Renewing_makes_a_file_anew_and_leaves_one_that_was_taken_over()
    {
        _leases.Begin([First], [], null);
        _leases.Begin([Second], [First], Now());
        Age(TimeSpan.FromHours(1));

        _leases.Renew([First]);
        Assert.Equal(["1-100", "1-100+2-200"], Files);
        // Of two files that hold it the younger one counts.
        Assert.True(Read()[First] < TimeSpan.FromMinutes(1));
        Assert.True(Read()[Second] > TimeSpan.FromMinutes(1));
        _leases.Renew([Second]);

        Assert.Equal(["1-100", "2-200"], Files);
        Assert.True(Read()[Second] < TimeSpan.FromMinutes(1));
        Age(TimeSpan.FromHours(1));
        _leases.Renew([First]);
        Assert.True(Read()[First] < TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void A_file_is_removed_by_others_once_all_its_leases_are_dead()
    {
        _leases.Begin([First], [], null);
        _leases.Begin([Second], [First], Now());
        var other = new JournalLeaseFolder(Folder);

        other.RemoveDead([First, Third]);
        Assert.Equal(["1-100+2-200"], Files);
        other.RemoveDead([Second, First]);

        Assert.Empty(Files);
    }

    [Fact]
    public void A_lease_whose_file_somebody_took_away_is_not_taken_over()
    {
        _leases.Begin([First], [], null);
        DateTime now = Now();
        File.Delete(PathOf(First));

        _leases.Begin([Second], [First], now);
        _leases.End([First]);

        Assert.Equal(["2-200"], Files);
    }

    [Fact]
    public void Without_a_folder_there_are_no_leases()
    {
        _leases.End([First]);
        _leases.RemoveDead([First]);

        Assert.Empty(_leases.Read(null).Ages);
        Assert.False(Directory.Exists(Folder));
    }

    private static Comparer<JournalLease> ByTrial { get; } = Comparer<JournalLease>.Create(static (a, b) => a.Trial.CompareTo(b.Trial));

    private Dictionary<JournalLease, TimeSpan> Read() => _leases.Read(null).Ages.ToDictionary(lease => lease.Lease, lease => lease.Age);

    /// <summary>When the latest file was made.</summary>
    private DateTime Now() => new DirectoryInfo(Folder).GetFiles().Max(file => file.LastWriteTimeUtc);

    private void Age(TimeSpan age)
    {
        foreach (FileInfo file in new DirectoryInfo(Folder).GetFiles()) file.LastWriteTimeUtc -= age;
    }

    private string PathOf(JournalLease lease) => Path.Combine(Folder, $"{lease.Trial}-{lease.Stamp}");
}
