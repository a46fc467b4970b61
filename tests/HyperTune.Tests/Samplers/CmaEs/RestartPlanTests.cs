using HyperTune.Samplers.CmaEs;

namespace HyperTune.Tests.Samplers.CmaEs;

public sealed class RestartPlanTests
{
    [Fact]
    public void Ipop_doubles_the_population_each_time()
    {
        var plan = new RestartPlan(CmaEsRestarts.Ipop, 6);
        int[] sizes = new int[5];
        for (int i = 0; i < sizes.Length; i++, plan = plan.Next(100, 0.5)) sizes[i] = plan.Size;
        Assert.Equal([6, 12, 24, 48, 96], sizes);
    }

    [Fact]
    public void Bipop_gives_small_populations_as_many_trials_as_large_ones()
    {
        var plan = new RestartPlan(CmaEsRestarts.Bipop, 6);
        // The first run counts as a large one, and so does the second, which doubles.
        plan = plan.Next(100, 1);
        Assert.Equal(12, plan.Size);
        plan = plan.Next(200, 1);
        Assert.Equal(12, plan.Size);
        // 150 of 300 trials went to a small population: another one follows, of a size that the number decides.
        plan = plan.Next(150, 0);
        Assert.Equal(6, plan.Size);
        plan = plan.Next(200, 1);
        Assert.Equal(24, plan.Size);
    }

    [Fact]
    public void Without_restarts_the_plan_stays() => Assert.Equal(6, new RestartPlan(CmaEsRestarts.None, 6).Next(100, 0.3).Size);
}
