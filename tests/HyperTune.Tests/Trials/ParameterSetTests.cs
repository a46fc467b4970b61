using CsCheck;

namespace HyperTune.Tests.Trials;

public sealed class ParameterSetTests
{
    private static readonly Gen<Distribution> AnyDistribution = Gen.OneOf(
        Gen.Int[1, 5].Select(high => (Distribution)new FloatDistribution(0, high)),
        Gen.Int[1, 5].Select(high => (Distribution)new IntDistribution(0, high)),
        Gen.Int[1, 5].Select(count => (Distribution)new CategoricalDistribution(Enumerable.Range(0, count).Cast<object?>())));

    private static readonly Gen<Parameter[]> AnyParameters = Gen
        .Select(Gen.Int[0, 30], AnyDistribution, Gen.Double[0, 1], (name, distribution, value) => new Parameter($"p{name}", distribution, distribution is FloatDistribution ? value : 0))
        .Array[0, 20].Select(parameters => parameters.DistinctBy(parameter => parameter.Name).ToArray());

    [Fact]
    public void A_set_keeps_the_order_and_finds_every_name() => AnyParameters.Sample(parameters =>
    {
        var set = ParameterSet.Of(parameters);

        Assert.Equal(parameters, set);
        Assert.Equal(parameters.Select(parameter => parameter.Name), set.Names);
        Assert.Equal(parameters.Select(parameter => parameter.Value), set.Values.ToArray());
        for (int i = 0; i < parameters.Length; i++)
        {
            Assert.Equal(i, set.IndexOf(parameters[i].Name));
            Assert.True(set.Contains(parameters[i].Name));
            Assert.True(set.TryGetValue(parameters[i].Name, out double value));
            Assert.Equal(parameters[i].Value, value);
        }
        Assert.Equal(-1, set.IndexOf("absent"));
        Assert.False(set.TryGetValue("absent", out double none));
        Assert.Equal(double.NaN, none);
    });

    [Fact]
    public void Sets_of_the_same_parameters_are_equal_however_they_came_about() => AnyParameters.Sample(parameters =>
    {
        var whole = ParameterSet.Of(parameters);
        ParameterSet grown = parameters.Aggregate(ParameterSet.Empty, (set, parameter) => set.With(parameter.Name, parameter.Distribution, parameter.Value));
        var owned = ParameterSet.Of(ParameterSchema.CreateRoot(), parameters);

        Assert.Equal(whole, grown);
        Assert.Equal(whole, owned);
        Assert.Equal(whole.GetHashCode(), grown.GetHashCode());
        Assert.Equal(whole.GetHashCode(), owned.GetHashCode());
    });

    [Fact]
    public void Sets_differ_by_name_order_distribution_and_value()
    {
        Distribution unit = new FloatDistribution(0, 1);
        ParameterSet set = ParameterSet.Empty.With("a", unit, 0).With("b", unit, 1);

        Assert.NotEqual(set, ParameterSet.Empty.With("b", unit, 1).With("a", unit, 0));
        Assert.NotEqual(set, ParameterSet.Empty.With("a", unit, 0).With("c", unit, 1));
        Assert.NotEqual(set, ParameterSet.Empty.With("a", unit, 0).With("b", new FloatDistribution(0, 2), 1));
        Assert.NotEqual(set, ParameterSet.Empty.With("a", unit, 0).With("b", unit, 0.5));
        Assert.NotEqual(set, ParameterSet.Empty.With("a", unit, 0));
        Assert.False(set.Equals((ParameterSet?)null));
    }

    [Fact]
    public void A_name_given_twice_is_refused()
    {
        Distribution unit = new FloatDistribution(0, 1);

        Assert.Throws<ArgumentException>(() => ParameterSet.Of([new("a", unit, 0), new("a", unit, 1)]));
        Assert.Throws<ArgumentException>(() => ParameterSet.Empty.With("a", unit, 0).With("a", unit, 0));
    }

    [Fact]
    public void A_tree_of_schemas_gives_the_same_schema_for_the_same_path() => AnyParameters.Sample(parameters =>
    {
        var root = ParameterSchema.CreateRoot();

        ParameterSchema one = Walk(root, parameters), two = Walk(root, parameters);

        Assert.Same(one, two);
        Assert.Equal(parameters.Length, one.Count);
    });

    [Fact]
    public void A_range_that_moves_with_every_trial_does_not_fill_the_tree_and_stays_right()
    {
        var root = ParameterSchema.CreateRoot();

        for (int i = 1; i <= 1000; i++)
        {
            ParameterSchema schema = root.Append("x", new FloatDistribution(0, i));
            Assert.Equal(new FloatDistribution(0, i), schema.Distributions[0]);
        }

        Assert.Same(root.Append("x", new FloatDistribution(0, 1)), root.Append("x", new FloatDistribution(0, 1)));
        Assert.NotSame(root.Append("x", new FloatDistribution(0, 999)), root.Append("x", new FloatDistribution(0, 999)));
    }

    [Fact]
    public async Task Threads_that_append_the_same_parameter_get_the_same_schema()
    {
        var root = ParameterSchema.CreateRoot();
        using var barrier = new Barrier(4);
        CancellationToken token = TestContext.Current.CancellationToken;

        ParameterSchema[][] seen = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Factory.StartNew(
            () =>
            {
                barrier.SignalAndWait(token);
                return Enumerable.Range(0, 50).Select(i => root.Append($"p{i}", new FloatDistribution(0, 1))).ToArray();
            },
            token,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        Assert.All(seen, schemas => Assert.True(schemas.SequenceEqual(seen[0], ReferenceEqualityComparer.Instance)));
    }

    private static ParameterSchema Walk(ParameterSchema root, IEnumerable<Parameter> parameters) =>
        parameters.Aggregate(root, (schema, parameter) => schema.Append(parameter.Name, parameter.Distribution));
}
