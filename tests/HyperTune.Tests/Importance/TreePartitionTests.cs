using HyperTune.Importance.Forests;
using HyperTune.Numerics;

namespace HyperTune.Tests.Importance;

public sealed class TreePartitionTests
{
    [Fact]
    public void A_small_tree_has_the_variances_of_pencil_and_paper()
    {
        ForestFeature[] features = [new(0, [], 0), new(1, [], 0)];
        // x up to 1/4: 0; else y up to 1/2: 1; else 3.
        var tree = new RegressionTree([new(0, 0, 0.25, 1, 2), new(0), new(0, 1, 0.5, 3, 4), new(1), new(3)]);
        var partition = new TreePartition(tree, features);
        // Mean 1.5; over x: 0 and 2; over y: 0.75 and 2.25.
        Assert.Equal((0.375 * 1) + (0.375 * 9) - 2.25, partition.Variance, 1e-14);
        Assert.Equal((0.25 * 2.25) + (0.75 * 0.25), partition.MarginalVariance(0), 1e-14);
        Assert.Equal(0.75 * 0.75, partition.MarginalVariance(1), 1e-14);
        Assert.Equal(partition.Variance, partition.MarginalVariance(0, 1), 1e-14);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Variances_are_those_over_all_cells(int seed)
    {
        // Two ranges, one of few values, and two sets of choices.
        int[] choices = [0, 0, 2, 5];
        const int trials = 40;
        double[][] values = [.. choices.Select(_ => new double[trials])];
        var losses = new double[trials];
        for (int i = 0; i < trials; i++)
        {
            var random = RandomStream.Create((ulong)seed, i, "test");
            for (int f = 0; f < choices.Length; f++) values[f][i] = choices[f] > 0 ? random.NextInt(choices[f]) : f == 0 ? random.NextDouble() : random.NextInt(4) / 3.0;
            losses[i] = values[0][i] + (values[1][i] * values[2][i]) + random.NextDouble() + (values[3][i] == 3 ? 2 : 0);
        }
        ForestFeature[] features = [.. choices.Select((count, f) => new ForestFeature(f, values[f], count))];
        foreach (RegressionTree tree in RandomForest.Grow(features, losses, trees: 4, maxDepth: 64, minLeafTrials: 1, (ulong)seed))
        {
            var partition = new TreePartition(tree, features);
            (double Place, double Size)[][] cells = [.. features.Select((_, f) => Cells(tree, choices[f], f))];
            Assert.Equal(PlainVariance(tree, cells, features, [0, 1, 2, 3]), partition.Variance, 1e-10);
            for (int a = 0; a < features.Length; a++)
            {
                Assert.Equal(PlainVariance(tree, cells, features, [a]), partition.MarginalVariance(a), 1e-10);
                for (int b = a + 1; b < features.Length; b++)
                {
                    Assert.Equal(PlainVariance(tree, cells, features, [a, b]), partition.MarginalVariance(a, b), 1e-10);
                    Assert.Equal(partition.MarginalVariance(b, a), partition.MarginalVariance(a, b), 1e-10);
                }
            }
        }
    }

    private static (double Place, double Size)[] Cells(RegressionTree tree, int choices, int feature)
    {
        if (choices > 0) return [.. Enumerable.Range(0, choices).Select(choice => ((double)choice, 1.0 / choices))];
        double[] borders = [.. tree.Nodes.ToArray().Where(node => node.Feature == feature).Select(node => node.Threshold).Concat([0, 1]).Distinct().Order()];
        return [.. borders.Zip(borders.Skip(1), (low, high) => (0.5 * (low + high), high - low))];
    }

    /// <summary>By the definition: means over the other features, cell by cell, and their variance.</summary>
    private static double PlainVariance(RegressionTree tree, (double Place, double Size)[][] cells, ForestFeature[] features, int[] kept)
    {
        var means = new Dictionary<string, (double Size, double Sum)>();
        var point = new int[cells.Length];
        double mean = 0;
        do
        {
            double size = 1, keptSize = 1;
            for (int f = 0; f < point.Length; f++)
            {
                size *= cells[f][point[f]].Size;
                if (kept.Contains(f)) keptSize *= cells[f][point[f]].Size;
            }
            double value = Predict(tree, features, [.. point.Select((cell, f) => cells[f][cell].Place)]);
            string key = string.Join(' ', kept.Select(f => point[f]));
            means[key] = (keptSize, means.GetValueOrDefault(key).Sum + (value * size / keptSize));
            mean += value * size;
        }
        while (Next());
        return means.Values.Sum(cell => cell.Size * (cell.Sum - mean) * (cell.Sum - mean));

        bool Next()
        {
            for (int f = 0; f < point.Length; f++)
            {
                if (++point[f] < cells[f].Length) return true;
                point[f] = 0;
            }
            return false;
        }
    }

    private static double Predict(RegressionTree tree, ForestFeature[] features, double[] point)
    {
        TreeNode node = tree.Nodes[0];
        while (node.Feature >= 0)
        {
            bool isLeft = features[node.Feature].Choices > 0 ? point[node.Feature] == node.Threshold : point[node.Feature] <= node.Threshold;
            node = tree.Nodes[isLeft ? node.Left : node.Right];
        }
        return node.Value;
    }
}
