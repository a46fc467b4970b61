using HyperTune.History;
using HyperTune.Termination;
using HyperTune.Testing;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Termination;

/// <summary>Terminators in the loop.</summary>
public sealed class OptimizeTerminationTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(4, false)]
    [InlineData(4, true)]
    public async Task The_reason_reaches_the_log_and_the_end(int parallelism, bool isDeterministic)
    {
        var log = new CapturingLoggerFactory();
        await using Study study = Study.Create(new() { Sampler = Seeded(), LoggerFactory = log });
        var terminator = new StagnationTerminator(new() { Trials = 10 });

        await study.OptimizeAsync(trial => trial.Number < 3 ? -trial.Number : 0.0, new() { Terminator = terminator, Parallelism = parallelism, IsDeterministic = isDeterministic }, Token);

        const string Reason = "the best value -2 has not improved over the last 10 trials";
        // Those that ran beside the thirteenth trial have ended as well.
        Assert.InRange(study.Trials.Count, 13, 13 + parallelism - 1);
        Assert.Equal(Reason, study.EndReason);
        Assert.Equal($"StagnationTerminator stops the study '{study.Name}': {Reason}.", Assert.Single(log.WithId(6)).Text);
        Assert.Contains(Reason, Assert.Single(log.WithId(4)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_study_at_its_end_starts_no_trial_also_in_another_process()
    {
        var storage = new InMemoryStorage();
        var options = new OptimizeOptions { Terminator = new BudgetTerminator(new() { Trials = 5 }) };
        await using (Study first = await Study.CreateAsync(new() { Name = "s", Storage = storage }, Token))
        {
            await first.OptimizeAsync(trial => 1.0, options, Token);
            await first.OptimizeAsync(trial => 1.0, options, Token);
            Assert.Equal(5, first.Trials.Count);
        }

        await using Study second = await Study.LoadAsync(new() { Name = "s", Storage = storage }, Token);
        await second.OptimizeAsync(trial => 1.0, options, Token);

        Assert.Equal(5, second.Trials.Count);
        Assert.Equal("5 trials of a budget of 5 trials are spent", second.EndReason);
    }

    [Fact]
    public async Task A_terminator_is_asked_once_for_each_state_and_reasons_to_go_on_are_logged()
    {
        var log = new CapturingLoggerFactory();
        await using Study study = Study.Create(new() { Sampler = Seeded(), LoggerFactory = log });
        var terminator = new Counting();

        await study.OptimizeAsync(trial => 1.0, new() { Trials = 4, Terminator = terminator }, Token);

        Assert.Equal(["counting: 0", "counting: 1", "counting: 2", "counting: 3", "counting: 4"], terminator.Seen);
        Assert.Equal(5, log.WithId(16).Count);
        Assert.Equal("all trials done", study.EndReason);
    }

    [Fact]
    public async Task A_terminator_that_throws_ends_the_call_with_its_exception()
    {
        await using Study study = New(Direction.Minimize, Direction.Minimize);

        await Assert.ThrowsAsync<InvalidOperationException>(() => study.OptimizeAsync(trial => (1.0, 2.0), new() { Trials = 3, Terminator = new RegretBoundTerminator() }, Token));

        Assert.Empty(study.Trials);
    }

    [Fact]
    public async Task In_a_callback_a_terminator_stops_with_its_reason()
    {
        await using Study study = New();
        var terminator = new TargetTerminator(new() { Target = 0 });

        await study.OptimizeAsync(trial => 5.0 - trial.Number, new()
        {
            Trials = 20,
            Callbacks = [(running, _) => { if (terminator.ShouldStop(running.History) is { Stop: true, Reason: { } reason }) running.Stop(reason); }],
        }, Token);

        Assert.Equal(6, study.Trials.Count);
        Assert.Equal("trial 5 has reached the target 0 with 0", study.EndReason);
    }

    [Fact]
    public async Task A_gaussian_process_study_stops_by_itself_near_the_optimum()
    {
        await using Study study = Study.Create(new() { Sampler = new GpSampler(new() { Seed = 3 }) });

        await study.OptimizeAsync(trial =>
        {
            double x = trial.SuggestDouble("x", -5, 5), y = trial.SuggestDouble("y", -5, 5);
            return ((x - 1) * (x - 1)) + ((y + 2) * (y + 2));
        }, new() { Trials = 100, Terminator = new RegretBoundTerminator(new() { Tolerance = 0.1 }) }, Token);

        Assert.InRange(study.Trials.Count, 20, 60);
        Assert.InRange(study.BestValue, 0, 0.1);
    }

    private sealed class Counting : ITerminator
    {
        public List<string> Seen { get; } = [];

        public string Name => "counting";

        public TerminationDecision ShouldStop(StudyHistory history)
        {
            Seen.Add($"{Name}: {history.Count}");
            return TerminationDecision.GoOnBecause("still counting");
        }
    }
}
