namespace HyperTune.Tests.Distributions;

public sealed class SearchSpaceDefaultsTests
{
    private static readonly SearchSpace Plain = SearchSpace.Empty
        .AddDouble("x", 0, 1)
        .AddDouble("step", 0, 1, step: 0.25)
        .AddInt("n", 1, 9, step: 2)
        .AddCategorical<string?>("kernel", ["rbf", "poly", null])
        .AddInt("degree", 2, 5, when: ("kernel", ["poly"]))
        .AddDouble("shift", 0, 1, when: ("degree", [3, 4]));

    [Fact]
    public void WithDefaults_gives_values_in_both_forms()
    {
        SearchSpace space = Plain.WithDefaults(("n", 3), ("kernel", "poly"), ("step", 0.75));

        Assert.Equal([null, 0.75, 3.0, 1.0, null, null], space.Select(parameter => parameter.Default));
        Assert.Equal([new("step", 0.75), new("n", 3L), new("kernel", "poly")], space.Defaults);
        Assert.Empty(Plain.Defaults);
    }

    [Fact]
    public void A_default_of_null_is_not_no_default()
    {
        SearchSpace space = Plain.WithDefaults(("kernel", null));

        Assert.Equal(2.0, space[3].Default);
        Assert.Null(Assert.Contains("kernel", space.Defaults));
    }

    [Fact]
    public void Later_defaults_replace_and_added_parameters_keep_them()
    {
        SearchSpace space = Plain.WithDefaults(("x", 0.5), ("n", 1)).WithDefaults(("x", 1)).AddDouble("more", 0, 1).WithDefaults([("more", 0.1)]);

        Assert.Equal([new("x", 1.0), new("n", 1L), new("more", 0.1)], space.Defaults);
    }

    [Fact]
    public void Defaults_are_those_of_active_parameters()
    {
        SearchSpace space = Plain.WithDefaults(("degree", 3), ("shift", 0.5));

        Assert.Empty(space.Defaults);
        Assert.Equal(["kernel"], space.WithDefaults(("kernel", "rbf")).Defaults.Keys);
        Assert.Equal(["kernel", "degree", "shift"], space.WithDefaults(("kernel", "poly")).Defaults.Keys);
        Assert.Equal(["kernel", "degree"], space.WithDefaults(("kernel", "poly"), ("degree", 2)).Defaults.Keys);
    }

    [Fact]
    public void A_single_valued_parent_counts_without_a_default()
    {
        SearchSpace space = SearchSpace.Empty.AddCategorical("only", ["p"]).AddDouble("child", 0, 1, when: ("only", ["p"])).WithDefaults(("child", 0.5));

        Assert.Equal([new("child", 0.5)], space.Defaults);
    }

    [Theory]
    [InlineData("none", 1.0, "'none', but the search space has x, step")]
    [InlineData("x", 1.5, "The default 1.5 of 'x' is not in float [0, 1]")]
    [InlineData("x", -0.1, "'x'")]
    [InlineData("x", double.NaN, "NaN of 'x'")]
    [InlineData("x", "a", "'a' of 'x'")]
    [InlineData("x", null, "null of 'x'")]
    [InlineData("step", 0.3, "0.3 of 'step'")]
    [InlineData("n", 2, "2 of 'n'")]
    [InlineData("n", 3.5, "3.5 of 'n'")]
    [InlineData("kernel", "linear", "'linear' of 'kernel'")]
    [InlineData("degree", 6, "6 of 'degree'")]
    public void What_is_no_value_of_the_space_is_refused(string name, object? value, string message)
    {
        var refusal = Assert.Throws<ArgumentException>(() => Plain.WithDefaults((name, value)));

        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_is_given_once()
    {
        Assert.Contains("two defaults", Assert.Throws<ArgumentException>(() => Plain.WithDefaults(("x", 0), ("x", 1))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentNullException>(() => Plain.WithDefaults((null!, 0)));
        Assert.Throws<ArgumentNullException>(() => Plain.WithDefaults(null!));
    }

    [Fact]
    public void A_default_outside_of_another_distribution_is_refused()
    {
        SearchSpaceParameter parameter = Plain.WithDefaults(("x", 0.5))[0];

        Assert.Single(SearchSpace.Create([parameter with { Distribution = new FloatDistribution(0, 2) }]));
        Assert.Throws<ArgumentException>(() => SearchSpace.Create([parameter with { Distribution = new FloatDistribution(1, 2) }]));
    }

    [Fact]
    public void Equality_and_text_include_defaults()
    {
        SearchSpace space = SearchSpace.Empty.AddDouble("x", 0, 1).AddCategorical("k", ["a", "b"]);
        SearchSpace one = space.WithDefaults(("x", 0.5), ("k", "b")), same = space.WithDefaults(("k", "b"), ("x", 0.5));

        Assert.Equal(one, same);
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.NotEqual(space, one);
        Assert.NotEqual(one, space.WithDefaults(("x", 0.25), ("k", "b")));
        Assert.Equal("{x: float [0, 1] = 0.5, k: categorical [\"a\", \"b\"] = 'b'}", one.ToString());
    }
}
