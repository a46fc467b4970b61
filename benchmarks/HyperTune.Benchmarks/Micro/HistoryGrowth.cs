using BenchmarkDotNet.Attributes;
using HyperTune.History;

namespace HyperTune.Benchmarks.Micro;

/// <summary>What do 1,000 trials cost that arrive one by one, with a snapshot after each, beside a list of their records?</summary>
[MemoryDiagnoser]
public class HistoryGrowth
{
    private const int Added = 1_000;

    private StudyDelta _before = null!;
    private StudyDelta[] _deltas = null!;
    private HistoryBuilder _builder = null!;
    private List<TrialRecord> _records = null!;

    [Params(100, 10_000)]
    public int Trials { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        TrialRecord[] trials = Studies.Trials(Trials + Added);
        _before = Studies.Delta(trials[..Trials]);
        _deltas = [.. trials[Trials..].Select(trial => Studies.Delta(trial))];
    }

    [IterationSetup]
    public void Fill()
    {
        _builder = Studies.Builder(_before.Trials);
        _records = [.. _before.Trials];
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Added)]
    public int List()
    {
        foreach (StudyDelta delta in _deltas) _records.Add(delta.Trials[0]);
        return _records.Count;
    }

    [Benchmark(OperationsPerInvoke = Added)]
    public int AppendAndSnapshot()
    {
        foreach (StudyDelta delta in _deltas) _builder.Apply(delta);
        return _builder.Current.Count;
    }
}
