namespace HyperTune;

/// <summary>When SQLite waits for the disk.</summary>
public enum SqliteSynchronous
{
    /// <summary>At the end of every transaction: what was stored survives a loss of power.</summary>
    Full,

    /// <summary>Now and then: a loss of power may undo the latest transactions, but harms nothing else. The death of a process loses nothing.</summary>
    Normal,

    /// <summary>Never: a loss of power may destroy the file. The death of a process loses nothing.</summary>
    Off,
}
