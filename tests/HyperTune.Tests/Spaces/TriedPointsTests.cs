using CsCheck;
using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Spaces;

namespace HyperTune.Tests.Spaces;

public sealed class TriedPointsTests
{
    private static readonly SearchSpace Conditional = SearchSpace.Empty
        .AddCategorical("kernel", ["rbf", "poly", "none"])
        .AddInt("degree", 2, 4, when: ("kernel", ["poly"]))
        .AddCategorical("shift", [true, false], when: ("degree", [3, 4]))
        .AddDouble("scale", 0, 0.3, step: 0.1, when: ("kernel", ["rbf", "poly"]));

    [Fact]
    public void Size_OfAConditionalSpace_CountsWhatIsActive() =>
        // none: 1; rbf: 4 scales; poly: (degree 2: 1, degrees 3 and 4: 2 each) times 4 scales.
        Assert.Equal(1 + 4 + (5 * 4), SpaceSize.Of(Conditional));

    [Fact]
    public void Size_OfContinuousAndEmptyAndHugeSpaces()
    {
        Assert.Equal(1, SpaceSize.Of(SearchSpace.Empty));
        Assert.Equal(double.PositiveInfinity, SpaceSize.Of(SearchSpace.Empty.AddInt("n", 1, 3).AddDouble("x", 0, 1)));
        Assert.Equal(double.PositiveInfinity, SpaceSize.Of(SearchSpace.Empty.AddInt("n", 1, 3).AddDouble("x", 0, 1, when: ("n", [2]))));
        Assert.Equal(1e24, SpaceSize.Of(SearchSpace.Empty.AddInt("a", 1, 1_000_000_000_000).AddInt("b", 1, 1_000_000_000_000)));
    }

    [Fact]
    public void FindNew_GoesThroughAllPointsUntilNoneIsLeft() => Gen.Int[0, 1000].Sample(seed =>
    {
        StudyHistory history = History();
        var tried = new List<ParameterSet>();
        while (TriedPoints.Of(history, Conditional, tried).FindNew(1000, RandomStream.Create((ulong)seed, tried.Count, "test", null)) is { } point) tried.Add(point);

        Assert.Equal(25, tried.Count);
        Assert.True(TriedPoints.Of(history, Conditional, tried).IsExhausted);
        Assert.All(tried, (point, i) => Assert.Equal(25 - i, TriedPoints.Of(history, Conditional, tried.Take(i)).Left));
    }, iter: 10);

    [Fact]
    public void Left_CountsEachPointOnce_AndOnlyPointsOfTheSpace()
    {
        SearchSpace space = SearchSpace.Empty.AddInt("n", 1, 4).AddDouble("x", 0, 0.3, step: 0.1);
        StudyHistory history = History(
            Trial(0, TrialState.Complete, space, 1, 0.1),
            Trial(1, TrialState.Pruned, space, 1, 0.1),
            Trial(2, TrialState.Failed, space, 2, 0.1),
            // Another program may have computed 0.3 as 3 * 0.1.
            Trial(3, TrialState.Complete, space, 3, 3 * 0.1),
            Trial(4, TrialState.Complete, space, 3, 0.3),
            Trial(5, TrialState.Running, space, 4, 0.2),
            Trial(6, TrialState.Complete, SearchSpace.Empty.AddInt("n", 1, 9).AddDouble("x", 0, 0.3, step: 0.1), 9, 0),
            Trial(7, TrialState.Complete, SearchSpace.Empty.AddInt("n", 1, 4), 2));

        Assert.Equal(16 - 3, TriedPoints.Of(history, space).Left);
        Assert.False(TriedPoints.Of(history, space).IsExhausted);
        Assert.True(TriedPoints.Of(history, space).Contains(Parameters(space, 3, 0.3)));
        Assert.False(TriedPoints.Of(history, space).Contains(Parameters(space, 2, 0.1)));
    }

    private static StudyHistory History(params TrialRecord[] trials)
    {
        var builder = new HistoryBuilder(new StudyRecord { Id = new StudyId(1), Name = "s", Directions = [Direction.Minimize] });
        return builder.Apply(new StudyDelta { Cursor = StudyCursor.Start, Trials = trials });
    }

    private static TrialRecord Trial(int number, TrialState state, SearchSpace space, params double[] values) => new()
    {
        Id = new TrialId(number + 1),
        Number = number,
        State = state,
        Values = state == TrialState.Complete ? [1] : [],
        Parameters = Parameters(space, values),
    };

    private static ParameterSet Parameters(SearchSpace space, params double[] values) =>
        ParameterSet.Of(space.Zip(values, (parameter, value) => new Parameter(parameter.Name, parameter.Distribution, value)));
}
