using System.Numerics.Tensors;
using HyperTune.Numerics;
using HyperTune.Samplers.CmaEs;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace HyperTune.Benchmarks.Ratios;

/// <summary>CMA-ES: one generation beside an eigendecomposition and as many products of matrix and vector as it has points, and a whole study.</summary>
internal static class CmaRatios
{
    private const int Trials = 10_000;
    private const double StudyGoal = 0.5;
    private const double GenerationGoal = 2;

    public static void Generation(RatioTable table, bool isQuick)
    {
        foreach (int d in (int[])[10, 40])
        {
            CmaConstants constants = CmaConstants.Full(d, CmaConstants.DefaultPopulationSize(d));
            var random = RandomStream.Create(1, d, "benchmark");
            var mean = new double[d];
            mean.AsSpan().Fill(0.5);
            CmaState state = CmaState.Start(constants, mean, 0.1, FullCovariance.Identity(d));
            // A covariance that is not the identity any more.
            for (int i = 0; i < 50; i++) state = Next(state, random);
            double[] matrix = Matrix(state.Covariance), vector = mean, product = new double[d];
            double[] times = Clock.Medians(
                isQuick ? 50 : 2000,
                () => Next(state, random),
                () =>
                {
                    _ = new DenseMatrix(d, d, (double[])matrix.Clone()).Evd(Symmetricity.Symmetric);
                    for (int point = 0; point < constants.PopulationSize; point++)
                    {
                        for (int row = 0; row < d; row++) product[row] = TensorPrimitives.Dot<double>(matrix.AsSpan(row * d, d), vector);
                    }
                });
            double ratio = times[0] / times[1];
            table.Add(new($"CMA-ES: one generation of {constants.PopulationSize} points, d = {d}", Amounts.Time(times[0]), Amounts.Time(times[1]), ratio, $"≤ {GenerationGoal} ×", ratio <= GenerationGoal));
        }
    }

    public static void WholeStudy(RatioTable table, bool isQuick)
    {
        Clock.WarmUp(() => Time(1), seconds: 3);
        Clock.Span time = Clock.Median([.. Enumerable.Range(0, isQuick ? 1 : 5).Select(run => Time((ulong)run))]);
        table.Add(new($"CMA-ES: whole study of {Trials:N0} trials, 10 parameters, in memory, one worker", time.ToString(), "-", null, $"≤ {Amounts.Time(StudyGoal)}", time.Wall <= StudyGoal));
    }

    private static Clock.Span Time(ulong seed)
    {
        GC.Collect();
        using Study study = Study.Create(new() { Sampler = new CmaEsSampler(new() { Seed = seed }) });
        Clock.Span time = Clock.OnceByBoth(() => study.Optimize(Studies.Sphere, new() { Trials = Trials }));
        if (study.History.Count != Trials) throw new InvalidOperationException($"The study has {study.History.Count} trials instead of {Trials}.");
        return time;
    }

    /// <summary>Draws a generation, ranks it by a sphere, and learns from it.</summary>
    private static CmaState Next(CmaState state, RandomStream random)
    {
        int d = state.Mean.Length, count = state.Constants.PopulationSize;
        var points = new double[count * d];
        var losses = new double[count];
        var ranking = new int[count];
        for (int i = 0; i < count; i++)
        {
            Span<double> point = points.AsSpan(i * d, d);
            state.Draw(random, point);
            losses[i] = TensorPrimitives.SumOfSquares<double>(point);
            ranking[i] = i;
        }
        Array.Sort(losses, ranking);
        return state.Told(points, ranking, losses[0], losses[^1]);
    }

    private static double[] Matrix(Covariance covariance)
    {
        int d = covariance.Dimension;
        var matrix = new double[d * d];
        for (int i = 0; i < matrix.Length; i++) matrix[i] = covariance[i / d, i % d];
        return matrix;
    }
}
