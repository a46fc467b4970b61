using System.Diagnostics.CodeAnalysis;
using HyperTune.History;

namespace HyperTune.Storage.Journal;

/// <summary>One study as a journal tells it.</summary>
internal sealed class JournalStudy(StudyRecord record)
{
    /// <summary>Answers that are remembered for repeated requests; a repetition comes at once or never.</summary>
    private const int RememberedRequests = 4096;

    private readonly Dictionary<Guid, JournalAnswer> _answers = [];
    private readonly Queue<Guid> _answeredRequests = [];

    public StudyRecord Record
    {
        get;
        set
        {
            field = value;
            Version++;
        }
    } = record;

    /// <summary>The number of changes of the study itself.</summary>
    public int Version { get; private set; }

    public TrialTable Trials { get; } = new();

    /// <summary>For each parameter the lowest number of a trial that has it, and its distribution there, which later ones must be compatible with.</summary>
    public Dictionary<string, (int Number, Distribution Distribution)> First { get; } = new(StringComparer.Ordinal);

    /// <summary>Trials that cannot be read in full, by number.</summary>
    public Dictionary<int, UnreadableTrial> Unreadable { get; } = [];

    /// <summary>How many trials are retries of failed ones, which do not use up the budget twice.</summary>
    public int Retried { get; set; }

    public bool IsDeleted { get; set; }

    /// <summary>The remembered answers, oldest first.</summary>
    public IEnumerable<KeyValuePair<Guid, JournalAnswer>> Answers =>
        _answeredRequests.Where(_answers.ContainsKey).Select(request => KeyValuePair.Create(request, _answers[request]));

    public bool IsCompatible(string name, Distribution distribution) => !First.TryGetValue(name, out var first) || first.Distribution.IsCompatibleWith(distribution);

    public bool TryGetAnswer(Guid request, [MaybeNullWhen(false)] out JournalAnswer answer) =>
        // One without trials was taken back.
        _answers.TryGetValue(request, out answer) && answer.Trials.Count > 0;

    /// <summary>The answer to a request that trials can be added to.</summary>
    public JournalAnswer Answer(Guid request, int count)
    {
        if (_answers.TryGetValue(request, out JournalAnswer? answer)) return answer;
        if (_answeredRequests.Count == RememberedRequests) _answers.Remove(_answeredRequests.Dequeue());
        _answeredRequests.Enqueue(request);
        return _answers[request] = new JournalAnswer(count);
    }

    /// <summary>What changed since a cursor.</summary>
    public StudyDelta Read(StudyCursor since)
    {
        Cursor? cursor = since as Cursor is { } own && ReferenceEquals(own.Of, this) ? own : null;
        List<TrialRecord>? readable = null;
        List<UnreadableTrial>? unreadable = null;
        TrialRecord[] changed = Trials.Since(cursor?.Changes ?? 0);
        if (Unreadable.Count > 0)
        {
            readable = new(changed.Length);
            foreach (TrialRecord trial in changed)
            {
                if (Unreadable.TryGetValue(trial.Number, out UnreadableTrial? fault)) (unreadable ??= []).Add(fault);
                else readable.Add(trial);
            }
        }
        return new StudyDelta
        {
            Cursor = new Cursor(this, Trials.Version, Version),
            Study = cursor is null || cursor.StudyVersion != Version ? Record : null,
            Trials = readable is null ? changed : readable,
            Unreadable = unreadable is null ? [] : unreadable,
        };
    }

    private sealed record Cursor(JournalStudy Of, long Changes, int StudyVersion) : StudyCursor;
}
