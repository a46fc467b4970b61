namespace HyperTune.Tests.Distributions;

public sealed class SearchSpaceTests
{
    private static readonly SearchSpace Declared = SearchSpace.Empty
        .AddDouble("lr", 1e-4, 1e-1, log: true)
        .AddInt("layers", 1, 3)
        .AddCategorical("kernel", ["rbf", "poly", null])
        .AddInt("degree", 2, 5, when: ("kernel", ["poly"]))
        .AddDouble("shift", 0, 1, when: ("degree", [3, 4]))
        .AddInt("width", 8, 64, log: true, when: ("layers", [2, 3]));

    [Fact]
    public void Builder_reads_as_declared()
    {
        Assert.Equal(["lr", "layers", "kernel", "degree", "shift", "width"], Declared.Select(parameter => parameter.Name));
        Assert.Equal(new FloatDistribution(1e-4, 1e-1, log: true), Declared[0].Distribution);
        Assert.Equal(new CategoricalDistribution(["rbf", "poly", null]), Declared[2].Distribution);
        Assert.Equal("kernel in [\"poly\"]", Declared[3].Condition!.ToString());
        Assert.True(Declared.IsConditional);
        Assert.False(SearchSpace.Empty.IsConditional);
    }

    [Fact]
    public void Builder_takes_choices_of_any_type()
    {
        var space = SearchSpace.Empty
            .AddCategorical<object?>("mixed", [1, "a", null])
            .AddCategorical<int?>("maybe", [1, null])
            .AddCategorical("flag", [false, true])
            .AddCategorical("sizes", [16, 32]);

        Assert.Equal([1L, "a", null], ((CategoricalDistribution)space[0].Distribution).Choices);
        Assert.Equal([1L, null], ((CategoricalDistribution)space[1].Distribution).Choices);
        Assert.Equal([false, true], ((CategoricalDistribution)space[2].Distribution).Choices);
        Assert.Equal([16L, 32L], ((CategoricalDistribution)space[3].Distribution).Choices);
    }

    [Fact]
    public void Adding_leaves_the_old_space_as_it_was()
    {
        var grown = Declared.AddDouble("more", 0, 1);

        Assert.Equal(6, Declared.Count);
        Assert.Equal(7, grown.Count);
        Assert.False(Declared.Contains("more"));
        Assert.True(grown.Contains("more"));
    }

    [Fact]
    public void Lookup_by_name()
    {
        Assert.True(Declared.TryGet("degree", out var degree));
        Assert.Same(Declared[3], degree);
        Assert.Equal(3, Declared.IndexOf("degree"));
        Assert.False(Declared.TryGet("none", out _));
        Assert.Equal(-1, Declared.IndexOf("none"));
        Assert.Throws<ArgumentOutOfRangeException>(() => Declared[6]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Declared[-1]);
    }

    [Theory]
    [InlineData("lr", 1, true)]
    [InlineData("degree", 1, true)]
    [InlineData("degree", 0, false)]
    [InlineData("degree", double.NaN, false)]
    public void IsActive_follows_the_parent(string name, double kernel, bool expected)
    {
        double[] values = [0.01, 1, kernel, double.NaN, double.NaN, double.NaN];

        Assert.Equal(expected, Declared.IsActive(Declared.IndexOf(name), values));
        Assert.Equal(expected, Declared.IsActive(name, parent => parent == "kernel" && !double.IsNaN(kernel) ? kernel : null));
    }

    [Theory]
    [InlineData(1, 3, true)]
    [InlineData(1, 4, true)]
    [InlineData(1, 2, false)]
    [InlineData(0, 3, false)]
    public void IsActive_needs_every_ancestor(double kernel, double degree, bool expected)
    {
        Assert.Equal(expected, Declared.IsActive(4, [0.01, 1, kernel, degree]));
        Assert.Equal(expected, Declared.IsActive("shift", name => name == "kernel" ? kernel : degree));
    }

    [Fact]
    public void IsActive_refuses_what_is_not_there()
    {
        Assert.Throws<ArgumentException>(() => Declared.IsActive(4, [0.01, 1, 1]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Declared.IsActive(6, []));
        Assert.Throws<ArgumentException>(() => Declared.IsActive("none", _ => null));
    }

    [Fact]
    public void Broken_rules_are_refused()
    {
        var space = SearchSpace.Empty.AddDouble("x", 0, 1).AddCategorical("c", ["a", "b"]).AddInt("n", 0, 9, step: 3);

        Assert.Contains("'x' is given twice", Refusal(() => space.AddDouble("x", 0, 1)), StringComparison.Ordinal);
        Assert.Contains("no earlier parameter", Refusal(() => space.AddDouble("y", 0, 1, when: ("later", ["a"]))), StringComparison.Ordinal);
        Assert.Contains("no earlier parameter", Refusal(() => space.AddDouble("y", 0, 1, when: ("y", ["a"]))), StringComparison.Ordinal);
        Assert.Contains("range of doubles", Refusal(() => space.AddDouble("y", 0, 1, when: ("x", [0.5]))), StringComparison.Ordinal);
        Assert.Contains("'z', which is no value", Refusal(() => space.AddDouble("y", 0, 1, when: ("c", ["a", "z"]))), StringComparison.Ordinal);
        Assert.Contains("4, which is no value", Refusal(() => space.AddDouble("y", 0, 1, when: ("n", [4]))), StringComparison.Ordinal);
        Assert.Contains("'a', which is no value", Refusal(() => space.AddDouble("y", 0, 1, when: ("n", ["a"]))), StringComparison.Ordinal);
        Assert.Contains("no values", Refusal(() => space.AddDouble("y", 0, 1, when: ("n", []))), StringComparison.Ordinal);
        Assert.Contains("The low bound of 'y' is 0", Refusal(() => space.AddDouble("y", 0, 1, log: true)), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_that_no_storage_holds_are_refused()
    {
        Assert.Single(SearchSpace.Empty.AddDouble(new string('x', 512), 0, 1));
        Assert.Single(SearchSpace.Empty.AddDouble("é漢😀", 0, 1));
        Assert.Contains("513 characters", Refusal(() => SearchSpace.Empty.AddDouble(new string('x', 513), 0, 1)), StringComparison.Ordinal);
        Assert.Contains("U+0000", Refusal(() => SearchSpace.Empty.AddInt("a\0b", 0, 1)), StringComparison.Ordinal);
        Assert.Contains("surrogate", Refusal(() => SearchSpace.Empty.AddInt("a\ud800", 0, 1)), StringComparison.Ordinal);
        Assert.Contains("empty", Refusal(() => SearchSpace.Empty.AddCategorical("", ["a"])), StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => SearchSpace.Empty.AddInt(null!, 0, 1));
    }

    [Fact]
    public void Create_lists_what_a_storage_holds()
    {
        var space = SearchSpace.Create([new("", new FloatDistribution(0, 1)), new("a", new IntDistribution(0, 1))]);

        Assert.Equal(["", "a"], space.Select(parameter => parameter.Name));
        Assert.Throws<ArgumentException>(() => SearchSpace.Create([space[0], space[0]]));
        Assert.Throws<ArgumentException>(() => SearchSpace.Create([null!]));
    }

    [Fact]
    public void WithoutSingle_keeps_branches_right()
    {
        var space = SearchSpace.Empty
            .AddCategorical("a", ["x", "y"])
            .AddInt("one", 3, 3, when: ("a", ["x"]))
            .AddDouble("kept", 0, 1, when: ("one", [3]))
            .AddCategorical("only", ["p"])
            .AddDouble("free", 0, 1, when: ("only", ["p"]))
            .AddDouble("fixed", 2, 2);

        var rest = space.WithoutSingle();

        Assert.Equal(
            SearchSpace.Empty.AddCategorical("a", ["x", "y"]).AddDouble("kept", 0, 1, when: ("a", ["x"])).AddDouble("free", 0, 1),
            rest);
        Assert.Same(Declared, Declared.WithoutSingle());
        Assert.Same(rest, rest.WithoutSingle());
    }

    [Fact]
    public void Equality_is_by_content_and_order()
    {
        var one = SearchSpace.Empty.AddDouble("x", 0, 1).AddCategorical("c", ["a", "b"]).AddInt("n", 0, 9, when: ("c", ["a"]));
        var same = SearchSpace.Empty.AddDouble("x", 0, 1).AddCategorical("c", ["a", "b"]).AddInt("n", 0, 9, when: ("c", ["a"]));

        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(one, SearchSpace.Empty.AddCategorical("c", ["a", "b"]).AddDouble("x", 0, 1).AddInt("n", 0, 9, when: ("c", ["a"])));
        Assert.NotEqual(one, SearchSpace.Empty.AddDouble("x", 0, 1).AddCategorical("c", ["a", "b"]).AddInt("n", 0, 9, when: ("c", ["b"])));
        Assert.NotEqual(one, SearchSpace.Empty.AddDouble("x", 0, 1).AddCategorical("c", ["a", "b"]).AddInt("n", 0, 9));
        Assert.Equal("{x: float [0, 1], c: categorical [\"a\", \"b\"], n: int [0, 9] if c in [\"a\"]}", one.ToString());
    }

    private static string Refusal(Action action) => Assert.ThrowsAny<ArgumentException>(action).Message;
}
