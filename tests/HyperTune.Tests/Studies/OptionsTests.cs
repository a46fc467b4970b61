using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

public sealed class OptionsTests
{
    public static TheoryData<string, Action> Refused => new()
    {
        { "Name", () => _ = new StudyOptions { Name = "" } },
        { "Name", () => _ = new StudyOptions { Name = new string('x', 513) } },
        { "Name", () => _ = new StudyOptions { Name = "a\0b" } },
        { "Directions", () => _ = new StudyOptions { Directions = [] } },
        { "Directions", () => _ = new StudyOptions { Directions = [(Direction)2] } },
        { "MetricNames", () => _ = new StudyOptions { MetricNames = [] } },
        { "MetricNames", () => _ = new StudyOptions { MetricNames = [""] } },
        { "MaxRetries", () => _ = new StudyOptions { MaxRetries = -1 } },
        { "MaxUnwrittenChanges", () => _ = new StudyOptions { MaxUnwrittenChanges = 0 } },
        { "Leases", () => _ = new StudyOptions { Leases = null! } },
        { "FlushInterval", () => _ = new StudyOptions { FlushInterval = TimeSpan.Zero } },
        { "RefreshInterval", () => _ = new StudyOptions { RefreshInterval = TimeSpan.FromTicks(-1) } },
        { "TimeProvider", () => _ = new StudyOptions { TimeProvider = null! } },
        { "LoggerFactory", () => _ = new StudyOptions { LoggerFactory = null! } },
        { "RenewInterval", () => _ = new LeaseOptions { RenewInterval = TimeSpan.Zero } },
        { "Grace", () => _ = new LeaseOptions { Grace = TimeSpan.Zero } },
        { "Trials", () => _ = new OptimizeOptions { Trials = -1 } },
        { "TotalTrials", () => _ = new OptimizeOptions { TotalTrials = -1 } },
        { "Timeout", () => _ = new OptimizeOptions { Timeout = TimeSpan.Zero } },
        { "TrialTimeout", () => _ = new OptimizeOptions { TrialTimeout = TimeSpan.Zero } },
        { "Parallelism", () => _ = new OptimizeOptions { Parallelism = 0 } },
        { "Catch", () => _ = new OptimizeOptions { Catch = null! } },
        { "Catch", () => _ = new OptimizeOptions { Catch = [typeof(string)] } },
        { "Repeats", () => _ = new OptimizeOptions { Repeats = (RepeatPolicy)3 } },
        { "Count", () => _ = new AskOptions { Count = 0 } },
        { "TotalTrials", () => _ = new AskOptions { TotalTrials = -1 } },
        { "Repeats", () => _ = new AskOptions { Repeats = (RepeatPolicy)3 } },
        { "Callbacks", () => _ = new OptimizeOptions { Callbacks = null! } },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Bad_options_are_refused_where_they_are_written(string argument, Action write) =>
        Assert.Equal(argument, Assert.ThrowsAny<ArgumentException>(write).ParamName);

    [Fact]
    public void Options_on_the_right_side_of_each_rule_are_taken()
    {
        _ = new StudyOptions
        {
            Name = new string('x', 512),
            Directions = [Direction.Maximize],
            MetricNames = ["m"],
            MaxRetries = 0,
            MaxUnwrittenChanges = 1,
            FlushInterval = TimeSpan.FromTicks(1),
            RefreshInterval = TimeSpan.FromTicks(1),
            Leases = new() { RenewInterval = TimeSpan.FromTicks(1), Grace = TimeSpan.FromTicks(1) },
        };
        _ = new AskOptions { Count = 1, TotalTrials = 0 };
        _ = new OptimizeOptions
        {
            Trials = 0,
            TotalTrials = 0,
            Timeout = TimeSpan.FromTicks(1),
            TrialTimeout = TimeSpan.FromTicks(1),
            Parallelism = 1,
            Catch = [typeof(Exception), typeof(InvalidDataException)],
            Repeats = RepeatPolicy.StopWhenExhausted,
        };
        _ = new OptimizeOptions { Trials = null, TotalTrials = null, Timeout = null, TrialTimeout = null };
        _ = new StudyOptions { Name = null, Directions = null, MetricNames = null };
    }

    [Fact]
    public void Options_copy_the_lists_that_they_are_given()
    {
        var directions = new List<Direction> { Direction.Minimize };
        var options = new StudyOptions { Directions = directions };
        directions.Add(Direction.Maximize);

        Assert.Equal([Direction.Minimize], options.Directions);
    }

    [Fact]
    public async Task OptimizeAsync_NothingLimitsIt_Throws()
    {
        await using Study study = New();

#pragma warning disable xUnit1051 // The missing token is what is tested.
        await Assert.ThrowsAsync<ArgumentException>(() => study.OptimizeAsync(trial => 1.0));
        await Assert.ThrowsAsync<ArgumentException>(() => study.OptimizeAsync(trial => 1.0, new() { TrialTimeout = TimeSpan.FromHours(1) }));
        await Assert.ThrowsAsync<ArgumentNullException>(() => study.OptimizeAsync((Func<Trial, double>)null!, new() { Trials = 1 }));
        await Assert.ThrowsAsync<ArgumentNullException>(() => study.OptimizeAsync((Func<Trial, Task<double>>)null!, new() { Trials = 1 }));
        Assert.Throws<ArgumentException>(() => study.Optimize(trial => 1.0));
#pragma warning restore xUnit1051
        Assert.Empty(study.Trials);
    }
}
