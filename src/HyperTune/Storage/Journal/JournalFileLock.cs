namespace HyperTune;

/// <summary>What stands for the lock of a journal file. Both kinds keep each other out, as they do Optuna's.</summary>
public enum JournalFileLock
{
    /// <summary>A symbolic link, or on Windows, where that takes a right, a file.</summary>
    Automatic,

    /// <summary>A symbolic link, which is made in one step on every file system, NFS 2 included.</summary>
    SymbolicLink,

    /// <summary>A file that is made only if there is none, which takes NFS 3 or later.</summary>
    File,
}
