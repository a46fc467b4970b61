namespace HyperTune.Storage.Relational;

/// <summary>What the times in a relational storage mean. Nothing in the database tells.</summary>
public enum TimeReading
{
    /// <summary>Coordinated universal time, as Optuna 5 and this library write it.</summary>
    Utc,

    /// <summary>The local time of this machine, as Optuna up to version 4 writes it. Times are then written so as well, so that all workers agree.</summary>
    Local,
}
