using HyperTune.Trials;

namespace HyperTune.Samplers.Generations;

/// <summary>The generation that a new trial belongs to, and the state from which it is proposed.</summary>
/// <param name="Scheme">Whose generation it is.</param>
/// <param name="Index">The generation's number, from 0.</param>
/// <param name="State">The fold of all earlier generations.</param>
/// <param name="Closing">What this process would close the generation before this one with; null when its record is stored.</param>
internal sealed record OpenGeneration<TState>(GenerationScheme<TState> Scheme, int Index, TState State, GenerationRecord? Closing)
    where TState : class
{
    /// <summary>Stores with the trial which generation it belongs to, and the record of the one before if that is still to be written.</summary>
    public void Note(TrialContext trial)
    {
        trial.Notes.Set(Scheme.NoteKey, Index);
        if (Closing is null) return;
        trial.Notes.PutStudyIfAbsent(Scheme.RecordKey(Index - 1), Closing.ToAttribute());
        // Another process may have closed it otherwise; whether this trial then is a member depends on who was first.
        trial.Notes.Set(GenerationRecord.AskedFromKey, Closing.Fingerprint);
    }
}
