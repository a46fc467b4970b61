using CsCheck;
using HyperTune.Spaces;
using HyperTune.Testing;

namespace HyperTune.Tests.Spaces;

public sealed class GroupDecompositionTests
{
    private static readonly Gen<string[][]> Trials = Gen.Int[0, 7].Select(i => ((char)('a' + i)).ToString()).Array[0, 6].Array[0, 8];

    [Fact]
    [Trait("Category", "Golden")]
    public void Groups_of_the_reference_are_met()
    {
        using var golden = GoldenFile.Open("golden/tpe_acquisition.json");
        foreach (var item in golden.RootElement.GetProperty("group_decomposition").EnumerateArray())
        {
            var decomposition = new GroupDecomposition();
            foreach (var trial in item.GetProperty("trial_param_sets").EnumerateArray()) decomposition.Add([.. trial.EnumerateArray().Select(name => name.GetString()!)]);

            Assert.Equal(item.GetProperty("groups").EnumerateArray().Select(group => group.EnumerateArray().Select(name => name.GetString()!).ToArray()), decomposition.Groups);
        }
    }

    [Fact]
    public void Names_share_a_group_when_they_occur_in_the_same_trials() => Trials.Sample(trials =>
    {
        var decomposition = new GroupDecomposition();
        foreach (string[] trial in trials) decomposition.Add(trial);
        var expected = trials.SelectMany(trial => trial).Distinct().Order(StringComparer.Ordinal)
            .GroupBy(name => string.Concat(trials.Select(trial => trial.Contains(name) ? '1' : '0')))
            .Select(group => string.Join(",", group)).Order(StringComparer.Ordinal);
        return expected.SequenceEqual(decomposition.Groups.Select(group => string.Join(",", group)));
    });

    [Fact]
    public void Groups_are_snapshots()
    {
        var decomposition = new GroupDecomposition();
        Assert.Empty(decomposition.Groups);
        decomposition.Add(["b", "a"]);
        var before = decomposition.Groups;
        decomposition.Add(["b", "a", "a"]);
        Assert.Same(before, decomposition.Groups);
        decomposition.Add(["b"]);

        Assert.Equal([["a", "b"]], before);
        Assert.Equal([["a"], ["b"]], decomposition.Groups);
    }
}
