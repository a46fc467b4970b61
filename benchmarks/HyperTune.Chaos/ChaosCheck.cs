using HyperTune.History;

namespace HyperTune.Chaos;

/// <summary>What has to hold once all workers have come to their end.</summary>
internal static class ChaosCheck
{
    private const int Shown = 5;

    /// <summary>Says what does not hold.</summary>
    /// <param name="delta">The whole study.</param>
    /// <param name="notes">What the workers told.</param>
    /// <param name="options">What was asked for.</param>
    public static List<string> Of(StudyDelta delta, IReadOnlyList<ChaosNotes.Line> notes, ChaosOptions options)
    {
        TrialRecord[] trials = [.. delta.Trials.OrderBy(trial => trial.Number)];
        var findings = new List<string>();
        void Add(string rule, IEnumerable<string> cases)
        {
            string[] all = [.. cases];
            if (all.Length > 0) findings.Add($"{rule} ({all.Length}): {string.Join("; ", all.Take(Shown))}");
        }

        Add("unreadable trials", delta.Unreadable.Select(trial => trial.ToString()!));
        Add("numbers are not 0..N-1", trials.Select((trial, index) => (trial, index)).Where(pair => pair.trial.Number != pair.index).Select(pair => $"{pair.trial.Number} at place {pair.index}"));
        Add("trials that are not at their end", trials.Where(trial => !trial.State.IsFinished()).Select(trial => $"{trial.Number} is {trial.State}"));
        int complete = trials.Count(trial => trial.State == TrialState.Complete);
        if (complete != options.Trials) findings.Add($"{complete} trials are complete, {options.Trials} were asked for");

        Add("trials told twice", notes.GroupBy(note => note.Number).Where(group => group.Count() > 1).Select(group => $"{group.Key}"));
        Dictionary<int, TrialRecord> byNumber = trials.DistinctBy(trial => trial.Number).ToDictionary(trial => trial.Number);
        Add("told results that are lost or changed", notes.Where(note => !Holds(byNumber, note)).Select(note => $"{note} is {Describe(byNumber, note.Number)}"));
        Add("complete trials whose value is not that of their parameters", trials.Where(trial => trial.State == TrialState.Complete && !IsWhole(trial)).Select(trial => $"{trial.Number}"));

        // Each try but the last failed, and names the trial that it tries again.
        TrialRecord[] retries = [.. trials.Where(trial => RetriedOf(trial) is not null)];
        Add("trials retried twice", retries.GroupBy(RetriedOf).Where(group => group.Count() > 1).Select(group => $"{group.Key} by {string.Join(", ", group.Select(trial => trial.Number))}"));
        HashSet<int> retried = [.. retries.Select(trial => RetriedOf(trial)!.Value)];
        Add("failed trials that were not retried", trials.Where(trial => trial.State == TrialState.Failed && !retried.Contains(trial.Number)).Select(trial => $"{trial.Number}"));
        Add("retried trials that did not fail", retried.Where(number => byNumber[number].State != TrialState.Failed).Select(number => $"{number}"));
        Add(
            "retries with other parameters",
            retries.Where(trial => byNumber[RetriedOf(trial)!.Value].Parameters.Any(parameter => trial.Params.TryGetValue(parameter.Name, out object? value) && !Equals(value, parameter.External)))
                .Select(trial => $"{trial.Number}"));

        // Waiting trials came first and have the numbers 0, 1, …; each is complete, or one of its tries is.
        Dictionary<int, int> firstOf = [];
        foreach (TrialRecord trial in trials) firstOf[trial.Number] = RetriedOf(trial) is { } earlier ? firstOf[earlier] : trial.Number;
        ILookup<int, TrialRecord> completeByFirst = trials.Where(trial => trial.State == TrialState.Complete).ToLookup(trial => firstOf[trial.Number]);
        Add(
            "waiting trials that did not come to one result with their parameters",
            Enumerable.Range(0, options.Waiting)
                .Where(number => completeByFirst[number].ToArray() is not [var end] || !Equals(end.Params["x"], ChaosRun.WaitingX(number, options.Waiting)))
                .Select(number => $"{number}: {completeByFirst[number].Count()} results"));
        return findings;
    }

    /// <summary>The number of the trial that this one tries again.</summary>
    private static int? RetriedOf(TrialRecord trial) =>
        trial.SystemAttributes.TryGetValue("retry_history", out AttributeValue? history) ? (int)history.Items[^1].AsInt64() : null;

    private static bool Holds(Dictionary<int, TrialRecord> trials, ChaosNotes.Line note) =>
        trials.TryGetValue(note.Number, out TrialRecord? trial) && trial.State == TrialState.Complete && trial.Values is [var value] && value == note.Value && Equals(trial.Params["x"], note.X);

    private static bool IsWhole(TrialRecord trial) =>
        trial.Values is [var value] && value == ChaosWorker.ValueOf((double)trial.Params["x"]!, (bool)trial.Params["double"]!)
        && trial.IntermediateValues.Count == (long)trial.Params["steps"]!;

    private static string Describe(Dictionary<int, TrialRecord> trials, int number) =>
        trials.TryGetValue(number, out TrialRecord? trial) ? $"{trial.State} {string.Join(", ", trial.Values)}" : "not there";
}
