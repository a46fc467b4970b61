using BenchmarkDotNet.Attributes;
using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Trials;

namespace HyperTune.Benchmarks.Micro;

/// <summary>What do ten independent random parameters cost, beside drawing ten numbers from one stream?</summary>
[MemoryDiagnoser]
public class RandomSuggestion
{
    private readonly RandomSampler _sampler = new(new() { Seed = 1 });
    private readonly StudyHistory _history = Studies.Builder([]).Current;
    private readonly TrialContext _trial = Studies.Context(0);
    private readonly RandomStream _stream = RandomStream.Create(1, 0, "floor");

    [Benchmark(Baseline = true)]
    public double Floor()
    {
        double sum = 0;
        for (int i = 0; i < Studies.Dimensions; i++) sum += _stream.NextDouble();
        return sum;
    }

    [Benchmark]
    public double Suggest()
    {
        double sum = 0;
        foreach (SearchSpaceParameter parameter in Studies.Space) sum += _sampler.SampleIndependent(_history, _trial, parameter.Name, parameter.Distribution);
        return sum;
    }
}
