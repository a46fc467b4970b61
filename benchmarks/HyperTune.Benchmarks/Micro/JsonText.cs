using System.Text.Json;
using BenchmarkDotNet.Attributes;

namespace HyperTune.Benchmarks.Micro;

/// <summary>What does reading and writing stored texts cost, beside the platform's own JSON reader?</summary>
[MemoryDiagnoser]
public class JsonText
{
    private readonly string _distribution = new FloatDistribution(1e-5, 0.1, log: true).ToJson();
    private readonly double _low = 1e-5;
    private readonly string _attribute = AttributeValue.Object([("rate", 0.125), ("depth", 7), ("kernel", "rbf"), ("folds", new double[] { 0.5, 0.25, 0.125 })]).ToJson();

    [Benchmark(Baseline = true)]
    public int Platform()
    {
        using JsonDocument document = JsonDocument.Parse(_attribute);
        return document.RootElement.GetPropertyCount();
    }

    [Benchmark]
    public AttributeValue ParseAttribute() => AttributeValue.Parse(_attribute);

    [Benchmark]
    public Distribution ParseDistribution() => Distribution.Parse(_distribution);

    [Benchmark]
    public string WriteDistribution() => new FloatDistribution(_low, 0.1, log: true).ToJson();
}
