using HyperTune.Pareto;

namespace HyperTune.Tests.Pareto;

public sealed class ReferenceDirectionsTests
{
    [Theory]
    [InlineData(1, 7, 1)]
    [InlineData(2, 99, 100)]
    [InlineData(3, 12, 91)]
    [InlineData(5, 6, 210)]
    [InlineData(10, 3, 220)]
    public void Lattice_has_each_composition_once(int objectives, int divisions, int expected)
    {
        double[][] rows = [.. ReferenceDirections.Lattice(objectives, divisions).Chunk(objectives)];
        Assert.Equal(expected, ReferenceDirections.Count(objectives, divisions));
        Assert.Equal(expected, rows.Select(row => string.Join(' ', row)).Distinct().Count());
        Assert.All(rows, row => Assert.Equal(divisions, row.Sum()));
        Assert.All(rows.SelectMany(row => row), value => Assert.True(value >= 0 && value == Math.Floor(value)));
    }

    [Fact]
    public void Two_layers_lie_on_the_simplex_and_the_inner_one_inside_it()
    {
        // The setting of the paper for eight objectives: 120 + 36.
        double[][] rows = [.. ReferenceDirections.TwoLayers(8, 3, 2).Chunk(8)];
        Assert.Equal(156, rows.Length);
        Assert.All(rows, row => Assert.Equal(1, row.Sum(), 1e-12));
        Assert.All(rows.Skip(120).SelectMany(row => row), value => Assert.InRange(value, 1.0 / 16, (1.0 / 16) + 0.5));
        Assert.Equal(120, ReferenceDirections.TwoLayers(8, 3, 0).Length / 8);
    }

    [Fact]
    public void Bad_numbers_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ReferenceDirections.Lattice(0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReferenceDirections.Lattice(2, 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReferenceDirections.Lattice(40, 40));
        Assert.Throws<ArgumentOutOfRangeException>(() => ReferenceDirections.TwoLayers(3, 2, -1));
    }
}
