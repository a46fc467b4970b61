using HyperTune.History;
using HyperTune.Termination;

namespace HyperTune;

/// <summary>Stops a study when all of several terminators want to, such as a stagnation, but not before a number of trials.</summary>
/// <remarks>Those behind one that goes on are not asked, so put the costly ones last. Safe for concurrent use if the terminators are.</remarks>
public sealed class AllTerminator : ITerminator
{
    private readonly IReadOnlyList<ITerminator> _terminators;

    /// <summary>Makes the terminator.</summary>
    /// <param name="terminators">One or more.</param>
    /// <exception cref="ArgumentException">There is none, or one is null.</exception>
    public AllTerminator(params IReadOnlyList<ITerminator> terminators) => _terminators = Several.Of(terminators);

    /// <inheritdoc/>
    public string Name => Several.Name("all of", _terminators);

    /// <inheritdoc/>
    public TerminationDecision ShouldStop(StudyHistory history)
    {
        string? reasons = null;
        foreach (ITerminator terminator in _terminators)
        {
            TerminationDecision decision = terminator.ShouldStop(history);
            if (!decision.Stop) return decision;
            reasons = Several.Join(reasons, decision.Reason);
        }
        return new TerminationDecision(true, reasons);
    }
}
