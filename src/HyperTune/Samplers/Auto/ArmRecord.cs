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

    // Trials that are looked through for the last proposals of all arms, so that a decision costs no more late in a study than early.
    private const int Looked = 300;

    /// <summary>Follows the trials of a study with one objective in order of number, so that every process sees the same records.</summary>
    /// <param name="history">The study.</param>
    /// <param name="armOf">Gives the arm that proposed a trial; null for trials that count for none.</param>
    public static Dictionary<AutoArm, ArmRecord> Of(StudyHistory history, Func<TrialRecord, AutoArm?> armOf)
    {
        (int[] rows, Standing best) = LastRows(history);
        var isSuccess = new bool[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            Standing standing = Standing.Of(history, rows[i]);
            isSuccess[i] = standing.IsBetterThan(best);
            if (isSuccess[i]) best = standing;
        }
        var records = new Dictionary<AutoArm, ArmRecord>();
        for (int i = rows.Length - 1; i >= 0; i--)
        {
            if (armOf(history[rows[i]]) is not { } arm) continue;
            ArmRecord record = records.GetValueOrDefault(arm);
            if (record.Proposals < Window) records[arm] = new(record.Proposals + 1, record.Successes + (isSuccess[i] ? 1 : 0));
        }
        return records;
    }

    /// <summary>The rows of complete trials with the last numbers, in order of number, and the best before them.</summary>
    private static (int[] Rows, Standing Best) LastRows(StudyHistory history)
    {
        ReadOnlySpan<int> numbers = history.Numbers;
        ReadOnlySpan<TrialState> states = history.States;
        int last = -1;
        foreach (int number in numbers) last = Math.Max(last, number);
        List<int> rows = [];
        var best = Standing.Worst;
        for (int row = 0; row < numbers.Length; row++)
        {
            if (states[row] != TrialState.Complete) continue;
            if (numbers[row] > last - Looked) rows.Add(row);
            else if (Standing.Of(history, row) is var standing && standing.IsBetterThan(best)) best = standing;
        }
        rows.Sort((a, b) => history.Numbers[a].CompareTo(history.Numbers[b]));
        return ([.. rows], best);
    }

    /// <summary>What a trial is judged by: violated constraints first.</summary>
    private readonly record struct Standing(double Violation, double Loss)
    {
        public static Standing Worst => new(double.PositiveInfinity, double.PositiveInfinity);

        public static Standing Of(StudyHistory history, int row) => new(Math.Max(0, history.Violations[row]), history.Directions[0].ToLoss(history.Values(0)[row]));

        public bool IsBetterThan(Standing other) => Violation < other.Violation || (Violation == other.Violation && Loss < other.Loss);
    }
}
