using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Samplers;

/// <summary>Proposes the parameters of trials.</summary>
/// <remarks>
/// <para>A sampler is pure computation over a snapshot of the study. It holds no state of its own: what it derives from the history it
/// keeps in a view (<see cref="StudyHistory.View{T}"/>), and what must outlive the process it writes into <see cref="TrialContext.Notes"/>.</para>
/// <para>Draws come from <see cref="TrialContext.Random"/> only, so that they depend on nothing but seed, trial number and purpose.</para>
/// <para>One sampler may serve several studies and threads. Within a study and process <see cref="InferRelativeSpace"/> and
/// <see cref="SampleRelative"/> are called in the order in which trials start, one at a time; the other members at any time.</para>
/// </remarks>
public interface ISampler
{
    /// <summary>The seed of all random streams, or null to let each study draw one.</summary>
    ulong? Seed => null;

    /// <summary>The name under which the sampler is recorded with its trials; letters, digits and dots.</summary>
    string Name => GetType().Name;

    /// <summary>Says which parameters <see cref="SampleRelative"/> will draw jointly for this trial; empty for none.</summary>
    /// <remarks>All branches of a conditional space may be returned.</remarks>
    SearchSpace InferRelativeSpace(StudyHistory history, TrialContext trial);

    /// <summary>Draws parameters jointly. Only called with a space that is not empty.</summary>
    /// <param name="history">The finished trials, and as running ones all that started before this one.</param>
    /// <param name="trial">The trial.</param>
    /// <param name="space">What <see cref="InferRelativeSpace"/> gave.</param>
    /// <returns>Internal values for parameters of the space; those that are left out are drawn independently when they are asked for.</returns>
    ParameterSet SampleRelative(StudyHistory history, TrialContext trial, SearchSpace space);

    /// <summary>Draws one parameter on its own: one that is outside of the joint space.</summary>
    /// <returns>An internal value of the distribution.</returns>
    double SampleIndependent(StudyHistory history, TrialContext trial, string name, Distribution distribution);

    /// <summary>Sees how a trial ends, before the end is stored: the last moment at which notes can be added to the trial.</summary>
    void AfterTrial(StudyHistory history, TrialContext trial, TrialOutcome outcome)
    {
    }
}
