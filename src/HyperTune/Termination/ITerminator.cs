using HyperTune.History;

namespace HyperTune.Termination;

/// <summary>Decides whether a study has nothing left to gain.</summary>
/// <remarks>
/// A terminator is a pure function of a snapshot: it holds no state, reads no clock and draws nothing at random, so that all processes that see the same trials decide alike, also
/// after a restart. Rows arrive in another order in every process; what has an order goes by <see cref="StudyHistory.Numbers"/>. Several threads may ask at the same time.
/// </remarks>
public interface ITerminator
{
    /// <summary>What logs call it; the type's name unless it says otherwise.</summary>
    string Name => GetType().Name;

    /// <summary>Judges a study. Asked before trials start, so with no trials as well; an answer to go on is asked for again.</summary>
    TerminationDecision ShouldStop(StudyHistory history);
}
