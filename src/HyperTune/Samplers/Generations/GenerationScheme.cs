using System.Globalization;
using HyperTune.History;

namespace HyperTune.Samplers.Generations;

/// <summary>How a sampler that works in generations forms them and what it learns from each.</summary>
/// <remarks>
/// <para>Processes that share a study share its generations, and none waits for another. A trial carries the number of the generation that it
/// was asked in. A generation closes once enough of its trials have finished: the next one to ask stores the list of their numbers as an
/// attribute of the study, which only the first writer can. The state is a fold over these lists, so that it is the same, bit for bit, in
/// every process and after every restart, whatever the order in which trials arrived.</para>
/// <para>Two schemes that are equal as records share their work in one process.</para>
/// </remarks>
/// <typeparam name="TState">What is known after a number of generations. Never changed once made.</typeparam>
internal abstract record GenerationScheme<TState>
    where TState : class
{
    /// <summary>Names the generations in the study; samplers, or spaces, that cannot share generations have different names.</summary>
    public abstract string Name { get; }

    /// <summary>The attribute of a trial that holds the number of its generation.</summary>
    public abstract string NoteKey { get; }

    /// <summary>The state before the first generation.</summary>
    public abstract TState Start();

    /// <summary>How many finished members close a generation that was asked from a state.</summary>
    public abstract int SizeOf(TState state);

    /// <summary>The state after one more generation. A pure function; a record written by a stranger may have no members at all.</summary>
    public abstract TState Fold(TState state, in ClosedGeneration generation);

    /// <summary>Whether a finished trial can take part: complete ones do unless a scheme says otherwise.</summary>
    public virtual bool IsUsable(StudyHistory history, int row) => history.States[row] == TrialState.Complete;

    /// <summary>The generation that a usable trial was asked in; null if it was not proposed by this scheme.</summary>
    public virtual int? GenerationOf(StudyHistory history, int row) => NotedIn(history[row].SystemAttributes);

    /// <summary>The generation that is noted with a trial; null if there is none.</summary>
    public int? NotedIn(AttributeSet attributes) =>
        attributes.TryGetValue(NoteKey, out AttributeValue? note) && note.TryGetInt64(out long generation) && generation is >= 0 and <= int.MaxValue ? (int)generation : null;

    /// <summary>The attribute of the study that holds the record of a generation.</summary>
    public string RecordKey(int generation) => string.Create(CultureInfo.InvariantCulture, $"hypertune:gen:{Name}:{generation}");
}
