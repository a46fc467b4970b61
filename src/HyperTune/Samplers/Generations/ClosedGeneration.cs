using HyperTune.History;

namespace HyperTune.Samplers.Generations;

/// <summary>A generation as its record lists it: what a <see cref="GenerationScheme{TState}"/> folds into its state.</summary>
internal readonly ref struct ClosedGeneration
{
    /// <summary>The history whose rows the generation names.</summary>
    public required StudyHistory History { get; init; }

    /// <summary>The generation's number, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>Rows of the trials that were asked from the state before this generation, in order of trial number.</summary>
    public required ReadOnlySpan<int> Members { get; init; }

    /// <summary>
    /// Rows of the other finished trials that no earlier generation has, in order of trial number: those of earlier generations that ended late,
    /// those asked from a state that did not come to be, and those that this sampler did not propose.
    /// </summary>
    public required ReadOnlySpan<int> Others { get; init; }
}
