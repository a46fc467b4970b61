using System.Text.Json;
using HyperTune.Numerics;
using HyperTune.Pareto;
using HyperTune.Samplers.Evolution.Selection;
using HyperTune.Testing;

namespace HyperTune.Tests.Samplers.Evolution;

/// <summary>Elites, and the steps of niching.</summary>
[Trait("Category", "Golden")]
public sealed class SelectionGoldenTests
{
    [Fact]
    public void Elites_of_nsga_ii_agree()
    {
        using var file = GoldenFile.Open("golden/nds_hypervolume.json");
        int cases = 0, exact = 0;
        foreach (JsonElement entry in file.RootElement.GetProperty("nsga2_elite").EnumerateArray())
        {
            bool[] isMaximized = [.. entry.GetProperty("directions").EnumerateArray().Select(direction => direction.GetString() == "maximize")];
            double[][] values = Rows(entry.GetProperty("values"));
            double[] losses = [.. values.SelectMany(row => row.Select((value, k) => isMaximized[k] ? -value : value))];
            JsonElement constraints = entry.GetProperty("constraints");
            double[] violations = constraints.ValueKind == JsonValueKind.Null
                ? new double[values.Length]
                : [.. Rows(constraints).Select(row => row.Sum(value => Math.Max(0, value)))];
            int[] expected = [.. entry.GetProperty("elite_in_order").EnumerateArray().Select(index => index.GetInt32())];
            int[] elite = NsgaIISelection.Elite(losses, isMaximized.Length, violations, entry.GetProperty("population_size").GetInt32(), out int[] standings);
            // The reference sorts values and the engine losses, so that ties, and which of tied points is at the end of an objective, differ
            // where values are maximized.
            bool hasTies = Enumerable.Range(0, isMaximized.Length).Any(k => values.DistinctBy(row => row[k]).Count() < values.Length);
            if (!isMaximized.Contains(true)) Assert.Equal(expected, elite);
            else if (!hasTies) Assert.Equal(expected.Select(Key), elite.Select(Key));
            else Assert.Equal(expected.Select(point => Key(point).Rank), elite.Select(point => Key(point).Rank));
            exact += hasTies && isMaximized.Contains(true) ? 0 : 1;
            Assert.Equal(expected.Length, standings.Length);
            cases++;

            (int Rank, double Distance) Key(int point)
            {
                int[] ranks = new int[values.Length];
                _ = NonDominatedSort.Rank(losses, isMaximized.Length, violations, ranks);
                int[] front = [.. Enumerable.Range(0, ranks.Length).Where(other => ranks[other] == ranks[point])];
                double[] distances = new double[front.Length];
                _ = CrowdingDistance.Order([.. front.SelectMany(member => losses[(member * isMaximized.Length)..((member + 1) * isMaximized.Length)])], isMaximized.Length, distances);
                return (ranks[point], distances[Array.IndexOf(front, point)]);
            }
        }
        Assert.Equal(25, cases);
        Assert.Equal(12, exact);
    }

    [Fact]
    public void Associations_with_reference_directions_agree()
    {
        using var file = GoldenFile.Open("golden/nds_hypervolume.json");
        int cases = 0;
        foreach (JsonElement entry in file.RootElement.GetProperty("nsga3_association").EnumerateArray())
        {
            string what = $"case {cases++}";
            double[][] values = Rows(entry.GetProperty("values"));
            int objectives = values[0].Length;
            double[] losses = [.. values.SelectMany(row => row)], finite = [.. losses];
            ReferenceNiches.ReplaceInfinities(finite, objectives);
            Close(Rows(entry.GetProperty("after_inf_filter")), finite, $"{what}, finite");
            double[] normalized = ReferenceNiches.Normalize(losses, objectives);
            Close(Rows(entry.GetProperty("normalized")), normalized, $"{what}, normalized");
            int[] niches = new int[values.Length];
            double[] distances = new double[values.Length];
            double[] directions = ReferenceDirections.Lattice(objectives, entry.GetProperty("dividing_parameter").GetInt32());
            ReferenceNiches.Associate(normalized, objectives, directions, niches, distances);
            Close([entry.GetProperty("distance").Numbers()], distances, $"{what}, distance");
            int[] expected = [.. entry.GetProperty("closest_reference_point").EnumerateArray().Select(index => index.GetInt32())];
            for (int i = 0; i < niches.Length; i++)
            {
                // A point half way between two lines may be given to either.
                if (niches[i] != expected[i]) GoldenFile.Close(distances[i], DistanceTo(expected[i], i), 1e-12, $"{what}, point {i}");
            }

            double DistanceTo(int direction, int point)
            {
                int[] niche = new int[1];
                double[] distance = new double[1];
                ReferenceNiches.Associate(normalized.AsSpan(point * objectives, objectives), objectives, directions.AsSpan(direction * objectives, objectives), niche, distance);
                return distance[0];
            }
        }
        Assert.Equal(20, cases);
    }

    [Fact]
    public void Choices_from_niches_agree_where_they_do_not_depend_on_draws()
    {
        using var file = GoldenFile.Open("golden/nds_hypervolume.json");
        int cases = 0;
        foreach (JsonElement entry in file.RootElement.GetProperty("nsga3_niching_seed_independent").EnumerateArray())
        {
            int[] niches = [.. entry.GetProperty("closest_reference_point").EnumerateArray().Select(index => index.GetInt32())];
            int elite = entry.GetProperty("n_elite").GetInt32();
            for (ulong seed = 0; seed < 10; seed++)
            {
                int[] chosen = ReferenceNiches.Fill(
                    niches, entry.GetProperty("distance").Numbers(), elite, entry.GetProperty("target_size").GetInt32(), niches.Max() + 1, RandomStream.Create(seed, 0, "test"));
                Assert.Equal(entry.GetProperty("selected_border_indices_sorted").EnumerateArray().Select(index => index.GetInt32()), chosen.Select(index => index - elite).Order());
            }
            cases++;
        }
        Assert.Equal(12, cases);
    }

    private static double[][] Rows(JsonElement rows) => [.. rows.EnumerateArray().Select(GoldenFile.Numbers)];

    private static void Close(double[][] expected, double[] actual, string what)
    {
        double[] flat = [.. expected.SelectMany(row => row)];
        Assert.Equal(flat.Length, actual.Length);
        for (int i = 0; i < flat.Length; i++) GoldenFile.Close(flat[i], actual[i], 1e-9, $"{what} {i}");
    }
}
