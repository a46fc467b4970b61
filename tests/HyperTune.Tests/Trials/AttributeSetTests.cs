using CsCheck;
using HyperTune.Trials;

namespace HyperTune.Tests.Trials;

public sealed class AttributeSetTests
{
    private static readonly Gen<KeyValuePair<string, AttributeValue>[]> Entries =
        Gen.Select(Gen.Int[0, 14], Gen.Int, (key, value) => KeyValuePair.Create($"k{key}", (AttributeValue)value)).Array[0, 30];

    [Fact]
    public void Of_keeps_the_first_place_and_the_last_value_of_a_key() => Entries.Sample(entries =>
    {
        var expected = new OrderedDictionary<string, AttributeValue>();
        foreach ((string key, AttributeValue value) in entries) expected[key] = value;

        Same(expected, AttributeSet.Of(entries));
        Same(expected, entries.Aggregate(AttributeSet.Empty, (set, entry) => set.With(entry.Key, entry.Value)));
    });

    [Fact]
    public void With_adds_and_replaces_and_leaves_the_original_alone() => Gen.Select(Entries, Entries).Sample((earlier, later) =>
    {
        var first = AttributeSet.Of(earlier);
        KeyValuePair<string, AttributeValue>[] before = [.. first];

        AttributeSet both = first.With(later);

        Same(new OrderedDictionary<string, AttributeValue>(AttributeSet.Of([.. earlier, .. later])), both);
        Assert.Equal(before, first);
    });

    [Fact]
    public void With_nothing_is_the_same_object()
    {
        AttributeSet set = AttributeSet.Empty.With("a", 1);

        Assert.Same(set, set.With(AttributeSet.Empty));
        Assert.Same(set, AttributeSet.Of(set));
        Assert.Empty(AttributeSet.Of([]));
    }

    [Fact]
    public void Keys_are_compared_by_code_units()
    {
        AttributeSet set = AttributeSet.Empty.With("a", 1).With("A", 2).With("\u00e9", 3).With("e\u0301", 4);

        Assert.Equal(4, set.Count);
        Assert.Equal(4, set["e\u0301"].AsInt64());
    }

    [Fact]
    public void An_absent_key_is_not_there()
    {
        AttributeSet set = AttributeSet.Empty.With("a", AttributeValue.Null);

        Assert.True(set.ContainsKey("a"));
        Assert.False(set.TryGetValue("b", out AttributeValue? value));
        Assert.Null(value);
        Assert.Throws<KeyNotFoundException>(() => set["b"]);
    }

    [Fact]
    public void Of_two_first_writers_in_one_group_the_earlier_wins_and_of_two_setters_the_later()
    {
        var first = new AttributeChanges { User = AttributeSet.Empty.With("u", 1), System = AttributeSet.Empty.With("s", 1), PutIfAbsent = AttributeSet.Empty.With("p", 1) };
        var second = new AttributeChanges { User = AttributeSet.Empty.With("u", 2), System = AttributeSet.Empty.With("s", 2), PutIfAbsent = AttributeSet.Empty.With("p", 2).With("q", 2) };

        AttributeChanges both = first.Then(second);

        Assert.Equal((2, 2, 1, 2), (both.User["u"].AsInt64(), both.System["s"].AsInt64(), both.PutIfAbsent["p"].AsInt64(), both.PutIfAbsent["q"].AsInt64()));
        Assert.False(both.IsEmpty);
        Assert.True(new AttributeChanges().IsEmpty);
    }

    private static void Same(OrderedDictionary<string, AttributeValue> expected, AttributeSet actual)
    {
        Assert.Equal(expected.Keys, actual.Keys);
        Assert.Equal(expected.Values, actual.Values);
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected, entry => Assert.Equal(entry.Value, actual[entry.Key]));
    }
}
