using BenchmarkDotNet.Running;
using HyperTune.Benchmarks.Ratios;

const string Usage = """
    ratios [--quick] [part]   figures of the design in one run, each beside its floor; part: tpe, first, cma, evolution, gp, study, memory, pruner, pareto, importance, sqlite, postgres, journal, redis
    micro [filter] [options]  BenchmarkDotNet classes whose name contains the filter; its own options, such as --job short, may follow
    """;

switch (args)
{
    case ["ratios", .. string[] rest] when rest.All(word => word == "--quick" || RatiosCommand.Parts.Contains(word)):
        await RatiosCommand.RunAsync(rest.Contains("--quick"), [.. rest.Where(word => word != "--quick")]);
        return 0;
    case ["micro", .. string[] rest]:
        string filter = rest is [var word, ..] && !word.StartsWith('-') ? $"*{word}*" : "*";
        BenchmarkSwitcher.FromAssembly(typeof(RatiosCommand).Assembly).Run(["--filter", filter, .. rest.SkipWhile(argument => !argument.StartsWith('-'))]);
        return 0;
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
