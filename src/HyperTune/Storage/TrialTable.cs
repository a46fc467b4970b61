using HyperTune.Trials;

namespace HyperTune.Storage;

/// <summary>The trials of one study in memory: by number and by id, those that wait, and in which order they changed. Not safe for concurrent use.</summary>
internal sealed class TrialTable
{
    private readonly List<TrialRecord> _trials = [];
    private readonly ChangeOrder _changes = new();
    private readonly SortedSet<int> _waiting = [];
    private readonly ParameterSchema _schemas = ParameterSchema.CreateRoot();

    public int Count => _trials.Count;

    public int WaitingCount => _waiting.Count;

    /// <summary>The lowest number of a waiting trial.</summary>
    public int OldestWaiting => _waiting.Min;

    /// <summary>The number of changes so far, which readers take as their cursor.</summary>
    public long Version => _changes.Version;

    public DateTimeOffset? FirstStart => _trials.Min(trial => trial.StartedAt);

    public TrialRecord this[int number] => _trials[number];

    public void Append(TrialRecord trial)
    {
        _trials.Add(trial);
        if (trial.State == TrialState.Waiting) _waiting.Add(trial.Number);
        _changes.Note(trial.Number);
    }

    public void Replace(TrialRecord trial)
    {
        bool wasWaiting = _trials[trial.Number].State == TrialState.Waiting;
        _trials[trial.Number] = trial;
        if (wasWaiting != (trial.State == TrialState.Waiting))
        {
            if (wasWaiting) _waiting.Remove(trial.Number);
            else _waiting.Add(trial.Number);
        }
        _changes.Note(trial.Number);
    }

    /// <summary>Takes back the last <see cref="Append"/>, which no reader has seen.</summary>
    public void RemoveLast()
    {
        _waiting.Remove(_trials.Count - 1);
        _trials.RemoveAt(_trials.Count - 1);
    }

    /// <summary>The trials that changed after a version, in ascending order of number.</summary>
    public TrialRecord[] Since(long version)
    {
        int[] numbers = _changes.Since(version);
        int count = numbers.Length;
        // The order of changes still knows trials that were taken back.
        while (count > 0 && numbers[count - 1] >= _trials.Count) count--;
        var trials = new TrialRecord[count];
        for (int i = 0; i < count; i++) trials[i] = _trials[numbers[i]];
        return trials;
    }

    /// <summary>Finds a trial by its id. Ids ascend with numbers, and mostly without gaps.</summary>
    public bool TryFind(TrialId id, out int number)
    {
        (int low, int high) = (0, _trials.Count - 1);
        if (high >= 0)
        {
            // All ids are consecutive unless several studies share the storage.
            long fromLast = high - (_trials[high].Id.Value - id.Value);
            if (fromLast >= 0 && fromLast <= high && _trials[(int)fromLast].Id == id) (low, high) = ((int)fromLast, (int)fromLast);
        }
        while (low <= high)
        {
            number = (low + high) >>> 1;
            long found = _trials[number].Id.Value;
            if (found == id.Value) return true;
            if (found < id.Value) low = number + 1;
            else high = number - 1;
        }
        number = -1;
        return false;
    }

    /// <summary>Whether some trial has, or was given, the very parameters that a waiting trial is given.</summary>
    public bool HasSameGivenParameters(TrialTemplate waiting) => _trials.Exists(trial => StorageRules.HaveSameGivenParameters(trial, waiting));

    /// <summary>The parameters of a trial and further ones; of two values for one name the first wins.</summary>
    public ParameterSet Merge(ParameterSet present, IReadOnlyList<Parameter> added)
    {
        if (added.Count == 0) return present;
        if (present.Count == 0 && added is ParameterSet { Schema.IsShared: true } all) return all;
        ParameterSchema schema = Adopt(present, present.Count + added.Count, out double[] values);
        foreach (Parameter parameter in added)
        {
            if (schema.IndexOf(parameter.Name) >= 0) continue;
            values[schema.Count] = parameter.Value;
            schema = schema.Append(parameter.Name, parameter.Distribution);
        }
        return new ParameterSet(schema, values);
    }

    /// <summary>The parameters of a trial and one more, which takes the place of an earlier one of its name.</summary>
    public ParameterSet With(ParameterSet present, Parameter added)
    {
        int index = present.IndexOf(added.Name);
        if (index < 0) return Merge(present, [added]);
        ParameterSchema schema = _schemas;
        double[] values = [.. present.Values];
        values[index] = added.Value;
        for (int i = 0; i < values.Length; i++)
        {
            Parameter parameter = i == index ? added : present[i];
            schema = schema.Append(parameter.Name, parameter.Distribution);
        }
        return new ParameterSet(schema, values);
    }

    /// <summary>The place of a set in this table's tree of schemas, and room for more of its values.</summary>
    private ParameterSchema Adopt(ParameterSet set, int capacity, out double[] values)
    {
        ParameterSchema schema = _schemas;
        values = new double[capacity];
        foreach (Parameter parameter in set)
        {
            values[schema.Count] = parameter.Value;
            schema = schema.Append(parameter.Name, parameter.Distribution);
        }
        return schema;
    }
}
