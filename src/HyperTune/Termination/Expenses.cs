using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Termination;

/// <summary>What the ended trials of a study have cost.</summary>
/// <param name="Trials">The number of trials, but for imported ones.</param>
/// <param name="Time">From their starts to their ends, as far as these are known.</param>
/// <param name="Reports">The number of their reports.</param>
internal readonly record struct Expenses(long Trials, TimeSpan Time, long Reports)
{
    private static readonly object Key = new();

    /// <summary>Sums up the trials of a snapshot, by what a view has of the rows before.</summary>
    public static Expenses Of(StudyHistory history)
    {
        GrowingColumn<Expenses> sums = history.View<GrowingColumn<Expenses>>(Key, static (newer, former) => Extend(newer, former ?? new()));
        return history.Count == 0 ? default : sums.First(history.Count)[^1];
    }

    private static GrowingColumn<Expenses> Extend(StudyHistory history, GrowingColumn<Expenses> sums)
    {
        Expenses sum = sums.Count == 0 ? default : sums.First(sums.Count)[^1];
        for (int row = sums.Count; row < history.Count; row++)
        {
            if (history.OriginOf(row) != TrialOrigin.Imported)
            {
                TrialRecord trial = history[row];
                // Ticks are whole numbers, whose sum does not depend on the order of rows.
                sum = new(sum.Trials + 1, sum.Time + (trial.Duration ?? TimeSpan.Zero), sum.Reports + trial.IntermediateValues.Count);
            }
            sums.Add(sum);
        }
        return sums;
    }
}
