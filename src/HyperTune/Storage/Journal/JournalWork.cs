namespace HyperTune.Storage.Journal;

/// <summary>A request that waits for its turn: how to decide it, and who waits for the answer.</summary>
internal abstract class JournalWork(bool isWriting, string request)
{
    public bool IsWriting => isWriting;

    /// <summary>What is asked for, for messages: "to start 2 trial(s)".</summary>
    public string Request => request;

    /// <summary>Whether an answer, or an error, is there.</summary>
    public abstract bool IsDone { get; }

    /// <summary>Decides, and writes what comes of it; done again when the journal went on meanwhile.</summary>
    public abstract void Decide(JournalDraft draft);

    /// <summary>Hands out the answer of the last decision.</summary>
    public abstract void Complete();

    public abstract void Fail(Exception exception);
}
