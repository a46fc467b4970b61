using HyperTune.Pruners;
using HyperTune.Pruners.Rungs;
using HyperTune.Testing;

namespace HyperTune.Tests.Pruners;

/// <summary>What a pruner with rungs would have noted on a trial that was asked about after each report.</summary>
internal static class RungNotes
{
    public static AttributeSet Of(ScenarioTrial trial, RungLadder ladder, int objective = 0) =>
        Of(trial, ladder, new ObjectiveOrder(new JudgedObjective(objective)), values => values[objective]);

    /// <summary>The same for trials that are compared by fronts.</summary>
    public static AttributeSet OfFronts(ScenarioTrial trial, RungLadder ladder) => Of(trial, ladder, new FrontOrder(), values => values.ToArray());

    private static AttributeSet Of(ScenarioTrial trial, RungLadder ladder, RungOrder order, Func<ObjectiveValues, AttributeValue> note)
    {
        AttributeSet notes = AttributeSet.Empty;
        int rung = 0;
        foreach ((long step, ObjectiveValues values) in trial.Reports.OrderBy(report => report.Step))
        {
            for (; step >= ladder.StepOf(rung); rung++)
            {
                AttributeValue noted = note(values);
                if (order.IsNaN(noted)) return notes;
                notes = notes.With(order.NoteOf(rung), noted);
            }
        }
        return notes;
    }
}
