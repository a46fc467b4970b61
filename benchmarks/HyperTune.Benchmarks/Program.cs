using BenchmarkDotNet.Running;
using HyperTune.Benchmarks.Ratios;

const string Usage = """
    ratios [--quick] [part]   figures of the design in one run, each beside its floor; part: tpe, study, memory, pruner, sqlite
    micro [filter]            BenchmarkDotNet classes whose name contains the filter
    """;

switch (args)
{
    case ["ratios", .. string[] rest] when rest.All(word => word == "--quick" || RatiosCommand.Parts.Contains(word)):
        await RatiosCommand.RunAsync(rest.Contains("--quick"), [.. rest.Where(word => word != "--quick")]);
        return 0;
    case ["micro", .. string[] filter] when filter.Length <= 1:
        BenchmarkSwitcher.FromAssembly(typeof(RatiosCommand).Assembly).Run(["--filter", filter is [var word] ? $"*{word}*" : "*"]);
        return 0;
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
