using HyperTune.History;
using HyperTune.Pareto;

namespace HyperTune.Samplers.Auto;

/// <summary>What an arm has achieved lately.</summary>
/// <param name="Proposals">Its last proposals that were evaluated.</param>
/// <param name="Successes">Those of them that were better than all trials with lower numbers.</param>
internal readonly record struct ArmRecord(int Proposals, int Successes)
{
    // Older proposals tell how good an arm was for another part of the search.
    private const int Window = 30;

    /// <summary>Follows the trials of a study with one objective in order of number, so that every process sees the same records.</summary>
    /// <param name="history">The study.</param>
    /// <param name="armOf">Gives the arm that proposed the trial of a row; null for trials that count for none.</param>
    public static Dictionary<AutoArm, ArmRecord> Of(StudyHistory history, Func<int, AutoArm?> armOf)
    {
        int[] rows = [.. Enumerable.Range(0, history.Count).Where(row => history.States[row] == TrialState.Complete)];
        Array.Sort(Array.ConvertAll(rows, row => history.Numbers[row]), rows);
        var isSuccess = new bool[rows.Length];
        double best = double.PositiveInfinity, leastViolation = double.PositiveInfinity;
        for (int i = 0; i < rows.Length; i++)
        {
            double violation = Math.Max(0, history.Violations[rows[i]]), loss = history.Directions[0].ToLoss(history.Values(0)[rows[i]]);
            isSuccess[i] = violation < leastViolation || (violation == leastViolation && loss < best);
            if (isSuccess[i]) (best, leastViolation) = (loss, violation);
        }
        var records = new Dictionary<AutoArm, ArmRecord>();
        for (int i = rows.Length - 1; i >= 0; i--)
        {
            if (armOf(rows[i]) is not { } arm) continue;
            ArmRecord record = records.GetValueOrDefault(arm);
            if (record.Proposals < Window) records[arm] = new(record.Proposals + 1, record.Successes + (isSuccess[i] ? 1 : 0));
        }
        return records;
    }
}
