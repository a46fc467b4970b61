using HyperTune.Pruners.Rungs;
using HyperTune.Testing;

namespace HyperTune.Tests.Pruners;

/// <summary>What a pruner with rungs would have noted on a trial that was asked about after each report.</summary>
internal static class RungNotes
{
    public static AttributeSet Of(ScenarioTrial trial, RungLadder ladder, int objective = 0)
    {
        AttributeSet notes = AttributeSet.Empty;
        int rung = 0;
        foreach ((long step, ObjectiveValues values) in trial.Reports.OrderBy(report => report.Step))
        {
            for (; step >= ladder.StepOf(rung); rung++)
            {
                if (double.IsNaN(values[objective])) return notes;
                notes = notes.With(RungField.NoteOf(objective, rung), values[objective]);
            }
        }
        return notes;
    }
}
