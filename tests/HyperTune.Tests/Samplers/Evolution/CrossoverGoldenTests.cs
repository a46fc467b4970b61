using System.Text.Json;
using HyperTune.Testing;

namespace HyperTune.Tests.Samplers.Evolution;

/// <summary>Children and mutated genes for given draws.</summary>
[Trait("Category", "Golden")]
public sealed class CrossoverGoldenTests
{
    private const double Tolerance = 1e-12;

    [Fact]
    public void Children_agree()
    {
        using var file = GoldenFile.Open("golden/evolution.json");
        int cases = 0;
        foreach (JsonElement entry in file.RootElement.GetProperty("crossover").EnumerateArray())
        {
            Compare(entry, cases++);
        }
        Assert.Equal(57, cases);
    }

    [Fact]
    public void Polynomial_mutations_agree()
    {
        using var file = GoldenFile.Open("golden/evolution.json");
        int cases = 0;
        foreach (JsonElement entry in file.RootElement.GetProperty("polynomial_mutation").EnumerateArray())
        {
            double[] bounds = entry.GetProperty("bounds").Numbers();
            double actual = PolynomialMutation.Mutate(
                entry.GetProperty("param").GetDouble(), bounds[0], bounds[1], entry.GetProperty("u").GetDouble(), entry.GetProperty("eta").GetDouble());
            GoldenFile.Close(entry.GetProperty("mutated").GetDouble(), actual, Tolerance, $"case {cases++}");
        }
        Assert.Equal(24, cases);
    }

    private static void Compare(JsonElement entry, int number)
    {
        string kind = entry.GetProperty("crossover").GetString()!;
        double[][] bounds = [.. entry.GetProperty("bounds").EnumerateArray().Select(GoldenFile.Numbers)];
        double[] genes = [.. entry.GetProperty("parents").EnumerateArray().SelectMany(GoldenFile.Numbers)];
        double[] draws = entry.GetProperty("draws_in_order").Numbers(), expected = entry.GetProperty("child").Numbers();
        var parents = new ParentGenes(genes, bounds.Select(bound => bound[0]).ToArray(), bounds.Select(bound => bound[1]).ToArray())
        {
            HasSeveralObjectives = entry.GetProperty("multi_objective").GetBoolean(),
        };
        int d = bounds.Length;
        double[] child = new double[d];
        switch (kind)
        {
            case "uniform":
                new UniformCrossover { SwappingProbability = entry.GetProperty("swapping_prob").GetDouble() }.Cross(parents, draws, child);
                break;
            case "blx_alpha":
                new BlxAlphaCrossover { Alpha = entry.GetProperty("alpha").GetDouble() }.Cross(parents, draws, child);
                break;
            case "spx":
                // The reference enlarges by the number of dimensions rather than of parents.
                new SpxCrossover { Rate = Math.Sqrt(d + 2) }.Cross(parents, draws, child);
                break;
            case "sbx":
                new SbxCrossover().Cross(parents, draws, child);
                break;
            case "vsbx":
                new VsbxCrossover().Cross(parents, draws, child);
                break;
            default:
                Assert.Equal("undx", kind);
                CompareUndx(parents, draws, expected, child, number);
                return;
        }
        for (int i = 0; i < d; i++) GoldenFile.Close(expected[i], child[i], Tolerance, $"{kind}, case {number}, gene {i}");
    }

    /// <summary>The reference takes variances for standard deviations, and may choose either sign for what is across in the plane.</summary>
    private static void CompareUndx(in ParentGenes parents, double[] draws, double[] expected, double[] child, int number)
    {
        double[] mirrored = new double[child.Length], across = [.. draws[..^1].Select(draw => -draw), draws[^1]];
        double sigmaXi = 0.5 * 0.5, sigmaEta = 0.35 * 0.35 / child.Length;
        UndxCrossover.Cross(parents, draws, child, sigmaXi, sigmaEta);
        UndxCrossover.Cross(parents, across, mirrored, sigmaXi, sigmaEta);
        double distance = Distance(child, expected), mirroredDistance = Distance(mirrored, expected);
        // With equal first parents what is across may lie along either axis.
        if (parents[0].SequenceEqual(parents[1]) && child.Length == 2)
        {
            distance = Math.Abs(Distance(child, parents[0]) - Distance(expected, parents[0]));
        }
        Assert.True(Math.Min(distance, mirroredDistance) < Tolerance, $"undx, case {number}: off by {distance:G3} or {mirroredDistance:G3}");
    }

    private static double Distance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double square = 0;
        for (int i = 0; i < a.Length; i++) square += (a[i] - b[i]) * (a[i] - b[i]);
        return Math.Sqrt(square);
    }
}
