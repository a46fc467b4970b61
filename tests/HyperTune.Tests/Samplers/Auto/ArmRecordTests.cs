using HyperTune.History;
using HyperTune.Samplers.Auto;
using HyperTune.Testing;

namespace HyperTune.Tests.Samplers.Auto;

public sealed class ArmRecordTests
{
    [Fact]
    public void A_success_is_better_than_all_with_lower_numbers()
    {
        // Values by number: 5, 4, 6, 3, 3; those of Gp are even.
        Dictionary<AutoArm, ArmRecord> records = Records(HistoryOf([5, 4, 6, 3, 3]));
        Assert.Equal(new ArmRecord(3, 1), records[AutoArm.Gp]);
        Assert.Equal(new ArmRecord(2, 2), records[AutoArm.CmaEs]);
    }

    [Fact]
    public void The_order_of_arrival_plays_no_part()
    {
        double[] values = [.. Enumerable.Range(0, 40).Select(i => Math.Abs(Math.Sin(7 * i)) + (1.0 / (i + 1)))];
        Dictionary<AutoArm, ArmRecord> sorted = Records(HistoryOf(values)), shuffled = Records(HistoryOf(values, [.. Enumerable.Range(0, 40).Select(i => i * 23 % 40)]));
        Assert.Equal(sorted.OrderBy(pair => pair.Key), shuffled.OrderBy(pair => pair.Key));
    }

    [Fact]
    public void Only_the_last_proposals_count()
    {
        Dictionary<AutoArm, ArmRecord> records = Records(HistoryOf([.. Enumerable.Range(0, 200).Select(i => i < 100 ? -i : 0.0)]));
        Assert.Equal(new ArmRecord(30, 0), records[AutoArm.Gp]);
    }

    [Fact]
    public void Fewer_violations_are_better_than_any_value()
    {
        var scenario = new HistoryScenario();
        Add(scenario, 0, value: 1, violation: 2);
        Add(scenario, 1, value: 9, violation: 1);
        Add(scenario, 2, value: 0, violation: 3);
        Add(scenario, 3, value: 8, violation: 1);
        Dictionary<AutoArm, ArmRecord> records = Records(scenario.Build());
        Assert.Equal(new ArmRecord(2, 1), records[AutoArm.Gp]);
        Assert.Equal(new ArmRecord(2, 2), records[AutoArm.CmaEs]);
    }

    [Fact]
    public void The_best_of_before_the_last_trials_is_to_be_beaten()
    {
        Dictionary<AutoArm, ArmRecord> records = Records(HistoryOf([.. Enumerable.Range(0, 500).Select(i => i == 0 ? -1 : 500.0 - i)]));
        Assert.Equal(0, records[AutoArm.Gp].Successes + records[AutoArm.CmaEs].Successes);
    }

    private static Dictionary<AutoArm, ArmRecord> Records(StudyHistory history) => ArmRecord.Of(history, trial => trial.Number % 2 == 0 ? AutoArm.Gp : AutoArm.CmaEs);

    private static StudyHistory HistoryOf(double[] values, int[]? order = null)
    {
        var scenario = new HistoryScenario();
        foreach (int number in order ?? [.. Enumerable.Range(0, values.Length)]) Add(scenario, number, values[number], violation: 0);
        return scenario.Build();
    }

    private static void Add(HistoryScenario scenario, int number, double value, double violation) =>
        scenario.Add(new() { Number = number, Values = [value], Constraints = violation > 0 ? new Dictionary<string, double> { ["c"] = violation } : new Dictionary<string, double>() });
}
