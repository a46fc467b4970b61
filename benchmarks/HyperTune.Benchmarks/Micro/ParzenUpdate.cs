using BenchmarkDotNet.Attributes;
using HyperTune.Samplers.Tpe;

namespace HyperTune.Benchmarks.Micro;

/// <summary>What does taking one observation out of a Parzen estimator and putting it back cost, beside moving its columns?</summary>
[MemoryDiagnoser]
public class ParzenUpdate
{
    private readonly double[] _point = new double[Studies.Dimensions];
    private ParzenEstimator _estimator = null!;
    private double[][] _columns = null!;

    [Params(100, 1_000, 10_000)]
    public int Trials { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _estimator = new ParzenEstimator([.. Enumerable.Repeat(ParzenDimension.Continuous(-5, 5), Studies.Dimensions)]);
        foreach (TrialRecord trial in Studies.Trials(Trials)) _estimator.Insert(trial.Number, trial.Parameters.Values);
        Studies.Trials(Trials)[Trials / 2].Parameters.Values.CopyTo(_point);
        _columns = [.. Enumerable.Range(0, 2 * Studies.Dimensions).Select(_ => new double[Trials + 1])];
    }

    [Benchmark(Baseline = true)]
    public void MoveColumns()
    {
        int middle = Trials / 2;
        foreach (double[] column in _columns)
        {
            column.AsSpan(middle + 1).CopyTo(column.AsSpan(middle));
            column.AsSpan(middle, Trials - middle).CopyTo(column.AsSpan(middle + 1));
        }
    }

    [Benchmark]
    public void RemoveAndInsert()
    {
        _estimator.Remove(Trials / 2);
        _estimator.Insert(Trials / 2, _point);
    }
}
