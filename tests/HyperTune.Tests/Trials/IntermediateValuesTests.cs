using CsCheck;

namespace HyperTune.Tests.Trials;

public sealed class IntermediateValuesTests
{
    private static readonly Gen<KeyValuePair<long, double>[]> Reports =
        Gen.Select(Gen.Frequency((9, Gen.Long[0, 20]), (1, Gen.Long[1L << 30, long.MaxValue - 1])), Gen.Double.Special, KeyValuePair.Create).Array[0, 30];

    [Fact]
    public void Of_is_sorted_and_the_last_report_of_a_step_counts() => Reports.Sample(reports =>
    {
        var expected = new SortedDictionary<long, double>();
        foreach ((long step, double value) in reports) expected[step] = value;

        var actual = IntermediateValues.Of(reports);

        Assert.Equal(expected.Keys, actual.Steps.ToArray());
        Assert.Equal(expected.Values, actual.Values.ToArray());
        Assert.Equal(expected, actual);
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected, report => Assert.Equal(report.Value, actual[report.Key]));
        Assert.Equal(expected.Count == 0 ? -1 : expected.Keys.Last(), actual.LastStep);
        Assert.Equal(expected.Count == 0 ? double.NaN : expected.Values.Last(), actual.LastValue);
    });

    [Fact]
    public void With_replaces_steps_and_leaves_the_original_alone() => Gen.Select(Reports, Reports).Sample((earlier, later) =>
    {
        var first = IntermediateValues.Of(earlier);
        KeyValuePair<long, double>[] before = [.. first];

        IntermediateValues both = first.With(later);

        Assert.Equal(IntermediateValues.Of([.. earlier, .. later]), both);
        Assert.Equal(before, first);
    });

    [Fact]
    public void With_nothing_is_the_same_object()
    {
        var reports = IntermediateValues.Of([new(1, 2)]);

        Assert.Same(reports, reports.With([]));
        Assert.Same(reports, reports.With(IntermediateValues.None));
        Assert.Same(reports, IntermediateValues.Of(reports));
        Assert.Same(IntermediateValues.None, IntermediateValues.Of([]));
    }

    [Fact]
    public void A_step_without_report_is_not_there()
    {
        var reports = IntermediateValues.Of([new(1, 2), new(3, double.NaN)]);

        Assert.False(reports.TryGetValue(2, out double value));
        Assert.Equal(double.NaN, value);
        Assert.False(reports.ContainsKey(0));
        Assert.True(reports.ContainsKey(3));
        Assert.Throws<KeyNotFoundException>(() => reports[2]);
    }
}
