using HyperTune.History;
using HyperTune.Termination;

namespace HyperTune;

/// <summary>Stops a study when one of several terminators wants to. The first of them, in their order, gives the reason.</summary>
/// <remarks>Those behind it are not asked, so put the costly ones last. Safe for concurrent use if the terminators are.</remarks>
public sealed class AnyTerminator : ITerminator
{
    private readonly IReadOnlyList<ITerminator> _terminators;

    /// <summary>Makes the terminator.</summary>
    /// <param name="terminators">One or more.</param>
    /// <exception cref="ArgumentException">There is none, or one is null.</exception>
    public AnyTerminator(params IReadOnlyList<ITerminator> terminators) => _terminators = Several.Of(terminators);

    /// <inheritdoc/>
    public string Name => Several.Name("any of", _terminators);

    /// <inheritdoc/>
    public TerminationDecision ShouldStop(StudyHistory history)
    {
        string? reasons = null;
        foreach (ITerminator terminator in _terminators)
        {
            TerminationDecision decision = terminator.ShouldStop(history);
            if (decision.Stop) return decision;
            reasons = Several.Join(reasons, decision.Reason);
        }
        return new TerminationDecision(false, reasons);
    }
}
