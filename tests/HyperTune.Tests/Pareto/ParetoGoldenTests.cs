using System.Text.Json;
using HyperTune.Pareto;
using HyperTune.Testing;

namespace HyperTune.Tests.Pareto;

/// <summary>Dominance, ranks, crowding, hypervolumes and their greedy subsets beside reference results.</summary>
[Trait("Category", "Golden")]
public sealed class ParetoGoldenTests
{
    private const double Tolerance = 1e-10;

    [Fact]
    public void Dominance_agrees() => Each("nds_hypervolume", "dominance", 60, (entry, what) =>
    {
        Direction[] directions = Directions(entry);
        double[][] values = Rows(entry.GetProperty("values"));
        double[] violations = [.. entry.GetProperty("constraints").EnumerateArray().Select(constraints => constraints.Numbers().Sum(value => Math.Max(0, value)))];
        Assert.Equal(entry.GetProperty("dominates_0_1").GetBoolean(), Dominance.Dominates(values[0], values[1], directions));
        Assert.Equal(entry.GetProperty("dominates_1_0").GetBoolean(), Dominance.Dominates(values[1], values[0], directions));
        Assert.Equal(entry.GetProperty("constrained_dominates_0_1").GetBoolean(), Dominance.Dominates(values[0], violations[0], values[1], violations[1], directions));
        Assert.Equal(entry.GetProperty("constrained_dominates_1_0").GetBoolean(), Dominance.Dominates(values[1], violations[1], values[0], violations[0], directions));
    });

    [Fact]
    public void Ranks_agree() => Each("nds_hypervolume", "ranks", 70, (entry, what) =>
    {
        Direction[] directions = Directions(entry);
        double[] losses = [.. Rows(entry.GetProperty("values")).SelectMany(row => row.Select((value, k) => directions[k] == Direction.Maximize ? -value : value))];
        JsonElement penalty = entry.GetProperty("penalty"), needed = entry.GetProperty("n_below");
        double[] violations = penalty.ValueKind == JsonValueKind.Null ? [] : penalty.Numbers();
        var ranks = new int[losses.Length / directions.Length];

        int count = NonDominatedSort.Rank(losses, directions.Length, violations, ranks, needed.ValueKind == JsonValueKind.Null ? int.MaxValue : needed.GetInt32());

        Assert.Equal(Integers(entry.GetProperty("ranks")), ranks);
        Assert.Equal(ranks.Max() + 1, count);
        if (violations.Length == 0)
        {
            NonDominatedSort.Rank(losses, directions.Length, ranks, needed: 1);
            Assert.Equal(Integers(entry.GetProperty("pareto_front")).Order(), Enumerable.Range(0, ranks.Length).Where(point => ranks[point] == 0));
        }
    });

    [Fact]
    public void Crowding_agrees() => Each("nds_hypervolume", "crowding", 40, (entry, what) =>
    {
        double[][] values = Rows(entry.GetProperty("values"));
        double[] expected = entry.GetProperty("distance").Numbers(), distances = new double[values.Length];
        int[] order = CrowdingDistance.Order(Flat(values), values[0].Length, distances);
        for (int i = 0; i < expected.Length; i++) GoldenFile.Close(expected[i], distances[i], Tolerance, $"{what}[{i}]");
        Assert.Equal(Integers(entry.GetProperty("order_best_first")), order);
    });

    [Fact]
    public void Hypervolumes_agree() => Each("nds_hypervolume", "hypervolume", 82, (entry, what) =>
        GoldenFile.Close(entry.GetProperty("hypervolume").Number(), HypervolumeEngine.Volume(Flat(Rows(entry.GetProperty("points"))), entry.GetProperty("reference_point").Numbers()), Tolerance, what));

    [Fact]
    public void Improvements_agree() => Each("nds_hypervolume", "hypervolume_improvement", 12, (entry, what) =>
    {
        double[][] queries = Rows(entry.GetProperty("queries"));
        double[] expected = entry.GetProperty("hypervolume_improvement").Numbers(), points = Flat(Rows(entry.GetProperty("points"))), reference = entry.GetProperty("reference_point").Numbers();
        for (int i = 0; i < queries.Length; i++) GoldenFile.Close(expected[i], HypervolumeEngine.Improvement(points, reference, queries[i]), Tolerance, $"{what}[{i}]");
    });

    [Theory]
    [InlineData("nds_hypervolume", 25)]
    [InlineData("tpe_split", 50)]
    public void Greedy_subsets_agree(string file, int cases) => Each(file, "hssp", cases, (entry, what) =>
    {
        double[][] points = Rows(entry.GetProperty("points"));
        double[] reference = entry.GetProperty("reference_point").Numbers();
        int[] expected = Integers(entry.GetProperty("selected_in_order")), chosen = new int[entry.GetProperty("subset_size").GetInt32()];

        HypervolumeSubset.Select(Flat(points), reference, chosen);

        Assert.Equal(chosen.Length, chosen.Distinct().Count());
        // Where contributions tie, another order is right if it reaches the same volume.
        if (expected.SequenceEqual(chosen)) return;
        GoldenFile.Close(entry.GetProperty("selected_hypervolume").Number(), HypervolumeEngine.Volume(Flat([.. chosen.Select(point => points[point])]), reference), Tolerance, what);
    });

    [Fact]
    public void Reference_points_of_the_split_agree() => Each("tpe_split", "reference_points", 10, (entry, what) =>
    {
        double[][] points = Rows(entry.GetProperty("points"));
        Assert.Equal(entry.GetProperty("reference_point").Numbers(), ReferencePoint.Of(Flat(points), points[0].Length));
    });

    [Fact]
    public void Lattices_of_directions_agree() => Each("nds_hypervolume", "nsga3_reference_points", 7, (entry, what) =>
        Assert.Equal(Flat(Rows(entry.GetProperty("points"))), ReferenceDirections.Lattice(entry.GetProperty("n_objectives").GetInt32(), entry.GetProperty("dividing_parameter").GetInt32())));

    private static void Each(string file, string list, int expected, Action<JsonElement, string> check)
    {
        using JsonDocument golden = GoldenFile.Open($"golden/{file}.json");
        int cases = 0;
        foreach (JsonElement entry in golden.RootElement.GetProperty(list).EnumerateArray()) check(entry, $"{list} {cases++}");
        Assert.Equal(expected, cases);
    }

    private static Direction[] Directions(JsonElement entry) =>
        [.. entry.GetProperty("directions").EnumerateArray().Select(direction => Enum.Parse<Direction>(direction.GetString()!, ignoreCase: true))];

    private static double[][] Rows(JsonElement rows) => [.. rows.EnumerateArray().Select(row => row.Numbers())];

    private static int[] Integers(JsonElement numbers) => [.. numbers.EnumerateArray().Select(number => number.GetInt32())];

    private static double[] Flat(double[][] rows) => [.. rows.SelectMany(row => row)];
}
