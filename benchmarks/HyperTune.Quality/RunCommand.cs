using HyperTune.Quality.Problems;
using HyperTune.Quality.Results;

namespace HyperTune.Quality;

/// <summary>Runs a sampler on the chosen problems and seeds.</summary>
internal static class RunCommand
{
    /// <summary>Runs every study, <see cref="RunOptions.Jobs"/> of them side by side, and reads the best values off at the marks.</summary>
    public static IReadOnlyList<SamplerResults> Execute(RunOptions options, RunStudy runStudy, TextWriter progress, CancellationToken cancellationToken)
    {
        double[][][] curves = [.. options.Problems.Select(_ => new double[options.Seeds][])];
        int[] left = [.. options.Problems.Select(_ => options.Seeds)];
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = options.Jobs, CancellationToken = cancellationToken };
        Parallel.For(0, options.Problems.Count * options.Seeds, parallel, job =>
        {
            (int index, int seed) = Math.DivRem(job, options.Seeds);
            ISuiteProblem problem = options.Problems[index];
            double[] best = runStudy(new(problem, options.Sampler, seed, options.Trials, options.Workers), cancellationToken);
            if (best.Length != options.Trials)
                throw new InvalidOperationException($"The study of {problem.Name} with seed {seed} gave {best.Length} values, not {options.Trials}.");
            if (options.Marks.Any(m => !double.IsFinite(best[m - 1])))
                throw new InvalidOperationException($"The study of {problem.Name} with seed {seed} has no finite value at one of the marks.");
            curves[index][seed] = best;
            if (Interlocked.Decrement(ref left[index]) == 0)
            {
                lock (progress) progress.WriteLine($"{problem.Name}: {options.Seeds} studies of {options.Trials} trials done");
            }
        });
        return [.. options.Problems.Select((p, i) => new SamplerResults(p, options.Marks.ToDictionary(m => m, m => At(curves[i], m))))];

        static double[] At(double[][] curves, int mark) => [.. curves.Select(c => c[mark - 1])];
    }
}
