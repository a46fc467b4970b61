using BenchmarkDotNet.Attributes;
using HyperTune.History;
using HyperTune.Spaces;

namespace HyperTune.Benchmarks.Micro;

/// <summary>What does the intersection space cost when one trial is new? The floor asks again without a new one.</summary>
[MemoryDiagnoser]
public class SharedSpace
{
    private const int Added = 1_000;

    private TrialRecord[] _trials = null!;
    private StudyHistory[] _snapshots = null!;

    [Params(100, 10_000)]
    public int Trials { get; set; }

    [GlobalSetup]
    public void Setup() => _trials = Studies.Trials(Trials + Added);

    [IterationSetup]
    public void Fill()
    {
        HistoryBuilder builder = Studies.Builder(_trials[..Trials]);
        _snapshots = [.. _trials[Trials..].Select(trial => builder.Apply(Studies.Delta(trial)))];
        IntersectionSpace.Of(_snapshots[0], includePruned: true);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Added)]
    public int Known()
    {
        int count = 0;
        for (int i = 0; i < Added; i++) count += IntersectionSpace.Of(_snapshots[0], includePruned: true).Count;
        return count;
    }

    [Benchmark(OperationsPerInvoke = Added)]
    public int OneNewTrial()
    {
        int count = 0;
        foreach (StudyHistory snapshot in _snapshots) count += IntersectionSpace.Of(snapshot, includePruned: true).Count;
        return count;
    }
}
