using HyperTune.Trials;

namespace HyperTune.Tests.Trials;

public sealed class TrialRecordTests
{
    private static readonly TrialRecord Blank = new() { Id = new TrialId(1), Number = 0, State = TrialState.Running };

    [Fact]
    public void Constraints_of_both_stored_forms_are_merged()
    {
        TrialRecord trial = Blank with
        {
            SystemAttributes = AttributeSet.Empty
                .With(SystemKeys.Constraints, new[] { -1.0, 2.0 })
                .With(SystemKeys.ConstraintPrefix + "memory", 3)
                .With("constraint", 100),
        };

        Assert.Equal([new("0", -1), new("1", 2), new("memory", 3)], trial.Constraints.OrderBy(entry => entry.Key));
        Assert.Equal(5, trial.Violation);
        Assert.False(trial.IsFeasible);
    }

    [Fact]
    public void A_trial_without_constraints_is_feasible()
    {
        Assert.Empty(Blank.Constraints);
        Assert.Equal(0, Blank.Violation);
        Assert.True(Blank.IsFeasible);
        Assert.True((Blank with { SystemAttributes = AttributeSet.Empty.With(SystemKeys.Constraints, AttributeValue.Null) }).IsFeasible);
    }

    [Fact]
    public void A_changed_copy_does_not_keep_the_constraints_that_were_read_before()
    {
        Assert.Empty(Blank.Constraints);

        TrialRecord changed = Blank with { SystemAttributes = AttributeSet.Empty.With(SystemKeys.ConstraintPrefix + "memory", 3) };

        Assert.Equal(3, changed.Violation);
        Assert.Equal(3, (changed with { State = TrialState.Complete }).Violation);
        Assert.Equal(0, Blank.Violation);
    }

    [Fact]
    public void A_constraint_that_is_no_number_is_not_feasible_and_throws_nothing()
    {
        TrialRecord trial = Blank with { SystemAttributes = AttributeSet.Empty.With(SystemKeys.ConstraintPrefix + "memory", "much") };

        Assert.Equal(double.NaN, trial.Constraints["memory"]);
        Assert.False(trial.IsFeasible);
        Assert.Null((Blank with { SystemAttributes = AttributeSet.Empty.With(SystemKeys.FailReason, 1) }).FailReason);
    }
}
