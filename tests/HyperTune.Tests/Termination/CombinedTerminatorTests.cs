using HyperTune.History;
using HyperTune.Termination;
using HyperTune.Testing;

namespace HyperTune.Tests.Termination;

public sealed class CombinedTerminatorTests : TerminatorContract
{
    private static readonly StudyHistory Any = new HistoryScenario().Build();

    protected override ITerminator Create() => new AnyTerminator(
        new BudgetTerminator(new() { Trials = 25 }),
        new AllTerminator(new BudgetTerminator(new() { Trials = 10 }), new StagnationTerminator(new() { Trials = 8 })));

    [Fact]
    public void Any_gives_the_first_reason_and_asks_no_further()
    {
        var last = new Fixed(true, "c");

        Assert.Equal(TerminationDecision.Because("b"), new AnyTerminator(new Fixed(false, "a"), new Fixed(true, "b"), last).ShouldStop(Any));
        Assert.Equal(0, last.Asked);
        Assert.Equal(TerminationDecision.GoOnBecause("a; c"), new AnyTerminator(new Fixed(false, "a"), new Fixed(false, null), new Fixed(false, "c")).ShouldStop(Any));
    }

    [Fact]
    public void All_gives_all_reasons_and_asks_no_further_than_one_that_goes_on()
    {
        var last = new Fixed(true, "c");

        Assert.Equal(TerminationDecision.Because("a; b"), new AllTerminator(new Fixed(true, "a"), new Fixed(true, "b")).ShouldStop(Any));
        Assert.Equal(TerminationDecision.GoOnBecause("b"), new AllTerminator(new Fixed(true, "a"), new Fixed(false, "b"), last).ShouldStop(Any));
        Assert.Equal(0, last.Asked);
    }

    [Fact]
    public void Names_tell_what_is_combined()
    {
        ITerminator combined = new AnyTerminator(new Fixed(true, null), new AllTerminator(new Fixed(true, null), new Fixed(true, null)));

        Assert.Equal("any of Fixed, all of Fixed, Fixed", combined.Name);
    }

    [Fact]
    public void Nothing_to_combine_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new AnyTerminator());
        Assert.Throws<ArgumentException>(() => new AllTerminator(new Fixed(true, null), null!));
    }

    private sealed class Fixed(bool stops, string? reason) : ITerminator
    {
        public int Asked { get; private set; }

        public TerminationDecision ShouldStop(StudyHistory history)
        {
            Asked++;
            return new(stops, reason);
        }
    }
}
