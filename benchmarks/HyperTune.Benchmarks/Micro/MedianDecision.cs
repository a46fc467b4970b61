using BenchmarkDotNet.Attributes;
using HyperTune.History;
using HyperTune.Pruners;
using HyperTune.Trials;

namespace HyperTune.Benchmarks.Micro;

/// <summary>What does one decision of the median pruner cost, and does it grow with the number of trials?</summary>
[MemoryDiagnoser]
public class MedianDecision
{
    private const int Steps = 10;

    private readonly MedianPruner _pruner = new();
    private readonly double[] _values = [.. Enumerable.Range(0, 1 << 17).Select(i => (double)i)];
    private readonly TrialContext _trial = Studies.Reporting(int.MaxValue - 1, 1.5, 1.1, 0.9, 0.8, 0.75);
    private StudyHistory _history = null!;

    [Params(100, 100_000)]
    public int Trials { get; set; }

    [GlobalSetup]
    public void Setup() => _history = Studies.Builder(Studies.Curves(Trials, Steps)).Current;

    /// <summary>One binary search among as many values.</summary>
    [Benchmark(Baseline = true)]
    public int Search() => _values.AsSpan(0, Trials).BinarySearch(Trials / 3.0);

    [Benchmark]
    public PruneDecision Judge() => _pruner.ShouldPrune(_history, _trial);
}
