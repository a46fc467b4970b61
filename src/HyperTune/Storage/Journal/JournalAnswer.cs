namespace HyperTune.Storage.Journal;

/// <summary>What became of a request: the trials that it started, added or ended.</summary>
/// <param name="count">How many trials were asked for; 0 if none of them can be skipped.</param>
internal sealed class JournalAnswer(int count)
{
    public int Count => count;

    /// <summary>Places among those asked for, with the numbers of their trials.</summary>
    public List<(int Place, int Number)> Trials { get; } = [];

    /// <summary>One number for each trial that was asked for; null where it was skipped.</summary>
    public int?[] ToNumbers()
    {
        if (count == 0) return [.. Trials.Select(trial => (int?)trial.Number)];
        var numbers = new int?[count];
        foreach ((int place, int number) in Trials) if (place < count) numbers[place] = number;
        return numbers;
    }
}
