using HyperTune.Samplers.CmaEs;
using HyperTune.Samplers.Generations;

namespace HyperTune.Tests.Samplers.CmaEs;

/// <summary>Studies that go on after the distribution has nothing left to gain, and that change on the way.</summary>
public sealed class CmaLongRunTests
{
    private static readonly FloatDistribution Unit = new(0, 1);

    [Theory]
    [InlineData(1, false, false)]
    [InlineData(2, false, false)]
    [InlineData(2, true, false)]
    [InlineData(2, false, true)]
    public void A_distribution_that_shrinks_for_ever_stays_one(int dimension, bool isSeparable, bool adaptsRates)
    {
        // The best point is the corner, where doubles go on to become smaller.
        var space = SearchSpace.Create(Enumerable.Range(0, dimension).Select(i => new SearchSpaceParameter($"x{i}", Unit)));
        var options = new CmaEsSamplerOptions { Seed = 1, Restarts = CmaEsRestarts.None, IsSeparable = isSeparable, AdaptsLearningRates = adaptsRates };
        foreach (double best in (double[])[0, 0.3])
        {
            CmaRun run = Told(options, space, generations: 6000, point => point.Sum(x => (x - best) * (x - best)));
            Assert.All(run.Numeric.Mean, x => Assert.True(double.IsFinite(x), $"mean {x}"));
            Assert.True(run.Numeric.Sigma > 0 && double.IsFinite(run.Numeric.Sigma), $"sigma {run.Numeric.Sigma}");
            Assert.All(run.Numeric.Mean, x => Assert.InRange(x, best - 0.1, best + 0.1));
        }
    }

    [Theory]
    [InlineData(CmaEsRestarts.None)]
    [InlineData(CmaEsRestarts.Ipop)]
    public void Whole_numbers_whose_best_value_is_found_leave_the_distribution_finite(CmaEsRestarts restarts)
    {
        SearchSpace space = SearchSpace.Empty.AddInt("n", 0, 9).AddInt("m", 0, 1);
        var options = new CmaEsSamplerOptions { Seed = 1, Restarts = restarts };
        CmaRun run = Told(options, space, generations: 3000, point => point.Sum(x => (x - 1) * (x - 1)));
        Assert.All(run.Numeric.Mean, x => Assert.True(double.IsFinite(x), $"mean {x}"));
        Assert.All(run.Scales, x => Assert.True(double.IsFinite(x), $"scale {x}"));
        Assert.True(run.Numeric.Sigma > 0 && double.IsFinite(run.Numeric.Sigma), $"sigma {run.Numeric.Sigma}");
    }

    [Fact]
    public void Trials_of_another_scheme_are_no_members()
    {
        SearchSpace space = SearchSpace.Empty.AddDouble("x", 0, 1).AddDouble("y", 0, 1);
        using var study = Study.Create(new StudyOptions { Sampler = new CmaEsSampler(new() { Seed = 3 }) });
        for (int i = 0; i < 60; i++)
        {
            Trial trial = study.Ask(space);
            study.Tell(trial, (double)trial.Params["x"]! + (double)trial.Params["y"]!);
        }
        // Other options: generations of their own, to which trials drawn from other distributions do not belong.
        var scheme = new CmaScheme(new() { InitialSigma = 0.3 }, space);
        OpenGeneration<CmaRun> open = GenerationLog<CmaRun>.Of(study.History, scheme);
        Assert.Equal(0, open.Index);
        Assert.Equal(0, open.State.Numeric.Generation);
    }

    /// <summary>The state after generations that are drawn from it one after the other.</summary>
    private static CmaRun Told(CmaEsSamplerOptions options, SearchSpace space, int generations, Func<double[], double> loss)
    {
        var sampler = new CmaEsSampler(options);
        using var study = Study.Create(new StudyOptions { Sampler = sampler });
        var scheme = new CmaScheme(options, space);
        int size = scheme.SizeOf(scheme.Start());
        for (int i = 0; i < generations * size; i++)
        {
            Trial trial = study.Ask(space);
            study.Tell(trial, loss([.. space.Select(parameter => Convert.ToDouble(trial.Params[parameter.Name], System.Globalization.CultureInfo.InvariantCulture))]));
        }
        return GenerationLog<CmaRun>.Of(study.History, scheme).State;
    }
}
