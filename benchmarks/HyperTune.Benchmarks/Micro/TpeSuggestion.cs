using BenchmarkDotNet.Attributes;
using HyperTune.History;

namespace HyperTune.Benchmarks.Micro;

/// <summary>What does one joint suggestion of TPE cost, beside its arithmetic?</summary>
[MemoryDiagnoser]
public class TpeSuggestion
{
    private readonly TpeSampler _sampler = new(new() { Seed = 1 });
    private StudyHistory _history = null!;
    private SearchSpace _space = null!;
    private TpeFloor _floor = null!;
    private int _number;

    [Params(100, 1_000, 10_000)]
    public int Trials { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _history = Studies.Builder(Studies.Trials(Trials, spread: 0.7)).Current;
        _floor = new TpeFloor(Trials, Studies.Dimensions);
        _number = Trials;
        _space = _sampler.InferRelativeSpace(_history, Studies.Context(_number));
    }

    [Benchmark(Baseline = true)]
    public double Floor() => _floor.Run();

    [Benchmark]
    public ParameterSet Suggest() => _sampler.SampleRelative(_history, Studies.Context(_number++), _space);
}
