using HyperTune.Testing;
using static HyperTune.Tests.Studies.StudyTesting;

namespace HyperTune.Tests.Studies;

public sealed class TrialSuggestTests : IDisposable
{
    private readonly Study _study = New();

    private enum Kernel
    {
        Rbf,
        Poly,
        Sigmoid,
    }

    public void Dispose() => _study.Dispose();

    [Fact]
    public void Suggest_SameNameTwice_GivesTheFirstValue()
    {
        Trial trial = _study.Ask();
        double x = trial.SuggestDouble("x", 0, 1);
        int n = trial.SuggestInt("n", 0, 1000);
        string k = trial.SuggestCategorical("k", ["a", "b", "c"]);

        Assert.Equal(x, trial.SuggestDouble("x", 0, 1));
        Assert.Equal(x, trial.SuggestDouble("x", 5, 6));
        Assert.Equal(n, trial.SuggestLong("n", 0, 1000));
        Assert.Equal(k, trial.SuggestCategorical("k", ["a", "b", "c"]));
        Assert.Equal(["x", "n", "k"], trial.Params.Keys);
    }

    [Fact]
    public void Suggest_OtherKindInTheSameTrial_Throws()
    {
        Trial trial = _study.Ask();
        trial.SuggestDouble("x", 1, 2);
        trial.SuggestCategorical("k", ["a", "b"]);

        var exception = Assert.Throws<DistributionChangedException>(() => trial.SuggestInt("x", 1, 2));
        Assert.Equal(("x", typeof(FloatDistribution), typeof(IntDistribution)), (exception.Parameter, exception.Known.GetType(), exception.Given.GetType()));
        Assert.Throws<DistributionChangedException>(() => trial.SuggestDouble("x", 1, 2, log: true));
        Assert.Throws<DistributionChangedException>(() => trial.SuggestCategorical("k", ["a", "c"]));
        Assert.Throws<DistributionChangedException>(() => trial.SuggestCategorical("k", ["b", "a"]));
        Assert.Equal(2, trial.Params.Count);
    }

    [Fact]
    public void Suggest_OtherKindThanARunningTrialHas_Throws()
    {
        Trial first = _study.Ask(), second = _study.Ask();
        first.SuggestDouble("x", 0, 1);

        Assert.Throws<DistributionChangedException>(() => second.SuggestInt("x", 0, 1));
        Assert.Empty(second.Params);
        second.SuggestDouble("x", 3, 4);
    }

    [Fact]
    public async Task Suggest_OtherKindThanTheHistoryHas_Throws()
    {
        await _study.AddTrialAsync(Finished(1, ("x", 0.5)), Token);
        Trial trial = _study.Ask();

        Assert.Throws<DistributionChangedException>(() => trial.SuggestCategorical("x", [0.5, 1.0]));
        Assert.InRange(trial.SuggestDouble("x", -3, -2, step: 0.5), -3, -2);
    }

    [Fact]
    public void Suggest_MovingRanges_AreAllowed()
    {
        for (int i = 0; i < 5; i++)
        {
            Trial trial = _study.Ask();
            Assert.InRange(trial.SuggestInt("n", 10 * i, 10 * i + 9, step: i + 1), 10 * i, 10 * i + 9);
            Assert.InRange(trial.SuggestDouble("x", i, i + 1), i, i + 1);
            _study.Tell(trial, i);
        }
        Assert.Equal(new IntDistribution(40, 49, step: 5), _study.Trials[4].Distributions["n"]);
    }

    [Fact]
    public void Suggest_SingleValues_AskNoSampler()
    {
        using Study study = Study.Create(new() { Sampler = new FakeSampler { Independent = (_, _, _, _) => throw new InvalidDataException() } });
        Trial trial = study.Ask();

        Assert.Equal(2.5, trial.SuggestDouble("a", 2.5, 2.5));
        Assert.Equal(7, trial.SuggestInt("b", 7, 7));
        Assert.Equal(1, trial.SuggestInt("c", 1, 2, step: 5));
        Assert.Equal("only", trial.SuggestCategorical("d", ["only"]));
        study.Tell(trial, 0);
        Assert.Equal(4, study.Trials[0].Params.Count);
    }

    [Fact]
    public void Suggest_Choices_OfEveryKind()
    {
        var enums = new HashSet<Kernel>();
        var mixed = new HashSet<object>();
        var numbers = new HashSet<int?>();
        var flags = new HashSet<bool>();
        var texts = new HashSet<string?>();
        var doubles = new HashSet<double>();
        for (int i = 0; i < 100; i++)
        {
            Trial trial = _study.Ask();
            enums.Add(trial.SuggestEnum<Kernel>("enum"));
            mixed.Add(trial.SuggestCategorical<object?>("mixed", [1, "a", null, 2.5]) ?? "null");
            numbers.Add(trial.SuggestCategorical<int?>("nullable", [1, 2, null]));
            flags.Add(trial.SuggestBool("flag"));
            texts.Add(trial.SuggestCategorical("text", ["rbf", null]));
            doubles.Add(trial.SuggestCategorical("double", [0.1, double.PositiveInfinity]));
            _study.Tell(trial, i);
        }
        Assert.Equal(3, enums.Count);
        Assert.Equal([1, "a", "null", 2.5], mixed.OrderBy(value => Array.IndexOf([1, "a", "null", 2.5], value)));
        Assert.Equal(3, numbers.Count);
        Assert.Equal(2, flags.Count);
        Assert.Equal(2, texts.Count);
        Assert.Equal(2, doubles.Count);
        Assert.Contains(_study.Trials[0].Params["enum"], (object[])["Rbf", "Poly", "Sigmoid"]);
        Assert.Equal(new CategoricalDistribution([false, true]), _study.Trials[0].Distributions["flag"]);
    }

    [Fact]
    public void Suggest_RangesAndGrids_AreKept()
    {
        for (int i = 0; i < 50; i++)
        {
            Trial trial = _study.Ask();
            Assert.InRange(trial.SuggestDouble("lr", 1e-5, 1e-1, log: true), 1e-5, 1e-1);
            Assert.Equal(0, trial.SuggestInt("even", 0, 10, step: 2) % 2);
            double grid = trial.SuggestDouble("grid", 0, 1, step: 0.25) * 4;
            Assert.Equal(Math.Round(grid), grid);
            Assert.InRange(trial.SuggestLong("long", -(1L << 53), 1L << 53), -(1L << 53), 1L << 53);
            _study.Tell(trial, 0);
        }
    }

    public static TheoryData<string, Action<Trial>> Refused => new()
    {
        { "empty name", trial => trial.SuggestDouble("", 0, 1) },
        { "null name", trial => trial.SuggestDouble(null!, 0, 1) },
        { "U+0000", trial => trial.SuggestInt("a\0", 0, 1) },
        { "too long", trial => trial.SuggestBool(new string('x', 513)) },
        { "half a surrogate pair", trial => trial.SuggestBool("a\ud800") },
        { "reversed", trial => trial.SuggestDouble("x", 1, 0) },
        { "NaN low", trial => trial.SuggestDouble("x", double.NaN, 0) },
        { "NaN high", trial => trial.SuggestDouble("x", 0, double.NaN) },
        { "infinite", trial => trial.SuggestDouble("x", 0, double.PositiveInfinity) },
        { "log from 0", trial => trial.SuggestDouble("x", 0, 1, log: true) },
        { "log with step", trial => trial.SuggestDouble("x", 1, 2, log: true, step: 0.1) },
        { "step 0", trial => trial.SuggestDouble("x", 0, 1, step: 0) },
        { "NaN step", trial => trial.SuggestDouble("x", 0, 1, step: double.NaN) },
        { "integer step 0", trial => trial.SuggestInt("x", 0, 1, step: 0) },
        { "integer log from 0", trial => trial.SuggestInt("x", 0, 1, log: true) },
        { "integer log with step", trial => trial.SuggestInt("x", 1, 9, step: 2, log: true) },
        { "above 2^53", trial => trial.SuggestLong("x", 0, (1L << 53) + 1) },
        { "below -2^53", trial => trial.SuggestLong("x", -(1L << 53) - 1, 0) },
        { "no choices", trial => trial.SuggestCategorical("x", Array.Empty<string>()) },
        { "null choices", trial => trial.SuggestCategorical<string>("x", null!) },
        { "choices equal in storage", trial => trial.SuggestCategorical<object?>("x", [1, true]) },
        { "1 and 1.0", trial => trial.SuggestCategorical<object?>("x", [1, 1.0]) },
        { "choice of another kind", trial => trial.SuggestCategorical("x", [DateTime.UnixEpoch]) },
        { "null space", trial => trial.Suggest(null!) },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Suggest_BadInput_IsRefusedAndTheTrialIsAsItWas(string what, Action<Trial> suggest)
    {
        Trial trial = _study.Ask();

        Assert.ThrowsAny<ArgumentException>(() => suggest(trial));

        Assert.True(trial.Params.Count == 0, what);
        trial.SuggestDouble("x", 0, 1);
        _study.Tell(trial, 1);
        Assert.Equal(["x"], _study.Trials[0].Params.Keys);
    }

    [Fact]
    public void Suggest_LongestNames_AreTaken()
    {
        Trial trial = _study.Ask();
        trial.SuggestDouble(new string('x', 512), 0, 1);
        trial.SuggestDouble("名前 😀", 0, 1);
        _study.Tell(trial, 1);
        Assert.Equal(2, _study.Trials[0].Params.Count);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(2)]
    public void Suggest_SamplerDrawsOutsideOfTheRange_Throws(double drawn)
    {
        using Study study = Study.Create(new() { Sampler = new FakeSampler { Independent = (_, _, _, _) => drawn } });
        Trial trial = study.Ask();
        Assert.Throws<InvalidOperationException>(() => trial.SuggestDouble("x", 0, 1));
        Assert.Empty(trial.Params);
    }

    [Fact]
    public void Suggest_JointSampleThatNoLongerFits_IsDrawnIndependentlyWithOneWarning()
    {
        using var logs = new CapturingLoggerFactory();
        SearchSpace space = SearchSpace.Empty.AddDouble("x", 0, 1).AddDouble("y", 0, 1);
        using Study study = Study.Create(new()
        {
            LoggerFactory = logs,
            Sampler = new FakeSampler
            {
                Infer = (_, _) => space,
                Sample = (_, _, wanted) => ParameterSet.Of(wanted.Select(parameter => new Parameter(parameter.Name, parameter.Distribution, 0.25))),
            },
        });
        for (int i = 0; i < 3; i++)
        {
            Trial trial = study.Ask();
            Assert.Equal(0.25, trial.SuggestDouble("x", 0, 1));
            Assert.InRange(trial.SuggestDouble("y", 2, 3), 2, 3);
            study.Tell(trial, 1);
        }
        study.History.TryGetParameter("x", out var x);
        study.History.TryGetParameter("y", out var y);
        Assert.Equal([HyperTune.Trials.ParameterOrigin.Joint, HyperTune.Trials.ParameterOrigin.Joint, HyperTune.Trials.ParameterOrigin.Joint], x.Origins.ToArray());
        Assert.Equal([HyperTune.Trials.ParameterOrigin.Independent, HyperTune.Trials.ParameterOrigin.Independent, HyperTune.Trials.ParameterOrigin.Independent], y.Origins.ToArray());
        Assert.Equal(nameof(FakeSampler), study.History.SamplerOf(0));
        Assert.Contains("'y'", Assert.Single(logs.WithId(22)).Text, StringComparison.Ordinal);
    }
}
