using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Tests.History;

internal static class HistoryAssert
{
    /// <summary>Asserts that the rows and columns of a snapshot say what the records say, in their order.</summary>
    public static void Matches(StudyHistory history, IReadOnlyList<TrialRecord> trials)
    {
        Assert.Equal(trials.Count, history.Count);
        Assert.Equal(trials.Select(trial => trial.Number), history.Numbers.ToArray());
        Assert.Equal(trials.Select(trial => trial.State), history.States.ToArray());
        Assert.Equal(trials.Select(trial => trial.Violation), history.Violations.ToArray());
        for (int k = 0; k < history.Directions.Count; k++)
        {
            Assert.Equal(trials.Select(trial => k < trial.Values.Count ? trial.Values[k] : double.NaN), history.Values(k).ToArray());
        }
        Assert.Equal(trials.Select(trial => SecondsOf(trial.StartedAt)), history.StartTimes.ToArray());
        Assert.Equal(trials.Select(trial => SecondsOf(trial.CompletedAt)), history.EndTimes.ToArray());
        Matches(history.Constraints, trials, trial => trial.Constraints);
        Matches(history.NumericUserAttributes, trials, trial => Numbers(trial.UserAttributes));
        Matches(history.NumericNotes, trials, trial => Numbers(trial.SystemAttributes).Where(note => !note.Key.StartsWith("constraints:", StringComparison.Ordinal)));
        for (int k = 0; k < history.Directions.Count; k++)
        {
            int objective = k;
            Matches(history.IntermediateValues(objective), trials, trial => Reports(trial, objective));
        }
        for (int row = 0; row < trials.Count; row++) Assert.Same(trials[row], history[row]);
        foreach (TrialState state in Enum.GetValues<TrialState>().Where(state => state.IsFinished())) Assert.Equal(trials.Count(trial => trial.State == state), history.CountOf(state));
        Assert.Equal(trials.SelectMany(trial => trial.Parameters.Names).Distinct(), history.ParameterNames);
        foreach (string name in history.ParameterNames) Matches(history, trials, name);
        Assert.False(history.TryGetParameter("absent", out _));
    }

    /// <summary>Asserts that sparse columns hold the numbers of the records and no others.</summary>
    private static void Matches<TKey>(SparseColumns<TKey> columns, IReadOnlyList<TrialRecord> trials, Func<TrialRecord, IEnumerable<KeyValuePair<TKey, double>>> numbers)
        where TKey : notnull
    {
        (TKey Key, int Row, double Value)[] expected = [.. trials.SelectMany((trial, row) => numbers(trial).Select(number => (number.Key, row, number.Value)))];
        IComparer<TKey>? order = typeof(TKey) == typeof(string) ? (IComparer<TKey>)StringComparer.Ordinal : null;
        Assert.Equal(expected.Select(entry => entry.Key).Distinct().Order(order), columns.Keys);
        foreach (TKey key in columns.Keys)
        {
            SparseColumn column = columns[key];
            Assert.Equal(expected.Where(entry => entry.Key.Equals(key)).Select(entry => entry.Row), column.Rows.ToArray());
            Assert.Equal(expected.Where(entry => entry.Key.Equals(key)).Select(entry => entry.Value), column.Values.ToArray());
            Assert.Equal(column.Rows.Length, column.Count);
        }
    }

    private static double SecondsOf(DateTimeOffset? time) => (time - DateTimeOffset.UnixEpoch)?.TotalSeconds ?? double.NaN;

    private static IEnumerable<KeyValuePair<string, double>> Numbers(AttributeSet attributes) =>
        attributes.Where(attribute => attribute.Value.Kind is AttributeKind.Number or AttributeKind.Integer).Select(attribute => KeyValuePair.Create(attribute.Key, attribute.Value.AsDouble()));

    private static IEnumerable<KeyValuePair<long, double>> Reports(TrialRecord trial, int objective) => objective == 0
        ? trial.IntermediateValues
        : ((IReadOnlyDictionary<long, double>)trial.IntermediateValues).Keys.Where(step => trial.SystemAttributes.ContainsKey($"hypertune:report:{step}"))
            .Select(step => KeyValuePair.Create(step, trial.SystemAttributes[$"hypertune:report:{step}"].Items[objective].AsDouble()));

    private static void Matches(StudyHistory history, IReadOnlyList<TrialRecord> trials, string name)
    {
        Assert.True(history.TryGetParameter(name, out ParameterColumn column));
        int[] rows = [.. Enumerable.Range(0, trials.Count).Where(row => trials[row].Parameters.Contains(name))];
        Assert.Equal(name, column.Name);
        Assert.Equal(rows, column.Rows.ToArray());
        for (int entry = 0; entry < rows.Length; entry++)
        {
            TrialRecord trial = trials[rows[entry]];
            int index = trial.Parameters.IndexOf(name);
            Assert.Equal(trial.Parameters[index].Value, column.Values[entry]);
            Assert.Equal(trial.Parameters[index].Distribution, column.DistributionAt(entry));
            Assert.Equal(OriginOf(trial, index), column.Origins[entry]);
        }
        Assert.Equal(column.DistributionAt(rows.Length - 1), column.Latest);
    }

    private static ParameterOrigin OriginOf(TrialRecord trial, int index)
    {
        if (!trial.SystemAttributes.TryGetValue("hypertune:drawn", out AttributeValue? drawn)) return ParameterOrigin.Unknown;
        string letters = drawn.AsString()[(drawn.AsString().IndexOf(' ', StringComparison.Ordinal) + 1)..];
        if (index >= letters.Length) return ParameterOrigin.Unknown;
        return letters[index] switch
        {
            'j' => ParameterOrigin.Joint,
            'i' => ParameterOrigin.Independent,
            'g' => ParameterOrigin.Given,
            's' => ParameterOrigin.Single,
            _ => ParameterOrigin.Unknown,
        };
    }
}
