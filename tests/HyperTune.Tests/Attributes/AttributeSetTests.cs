namespace HyperTune.Tests.Attributes;

public sealed class AttributeSetTests
{
    [Fact]
    public void With_OneByOne_KeepsOrderAndLeavesEarlierSetsAsTheyWere()
    {
        var sets = new List<AttributeSet> { AttributeSet.Empty };
        for (int i = 0; i < 300; i++)
        {
            AttributeSet last = sets[^1];
            sets.Add(i % 3 == 0 ? last.With([new($"k{i}", i), new($"k{i}", -i)]) : last.With($"k{i}", -i));
        }
        for (int count = 0; count < sets.Count; count += 7)
        {
            AttributeSet set = sets[count];
            Assert.Equal(Enumerable.Range(0, count).Select(i => $"k{i}"), set.Keys);
            for (int i = 0; i < sets.Count; i++)
            {
                Assert.Equal(i < count, set.ContainsKey($"k{i}"));
                if (i < count) Assert.Equal(-i, set[$"k{i}"].AsInt64());
            }
        }
    }

    [Fact]
    public void With_AKeyThatGrewFromTheSameSet_GivesEachBranchItsOwn()
    {
        AttributeSet trunk = AttributeSet.Of(Enumerable.Range(0, 20).Select(i => KeyValuePair.Create($"k{i}", (AttributeValue)i)));
        AttributeSet left = trunk.With("left", 1), right = trunk.With("right", 2).With("k3", 33);

        Assert.Equal((true, false), (left.ContainsKey("left"), left.ContainsKey("right")));
        Assert.Equal((false, true), (right.ContainsKey("left"), right.ContainsKey("right")));
        Assert.Equal((3, 33), (left["k3"].AsInt64(), right["k3"].AsInt64()));
        Assert.Same(trunk, trunk.With(AttributeSet.Empty));
    }
}
