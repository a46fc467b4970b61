using HyperTune.History;
using HyperTune.Samplers;
using HyperTune.Spaces;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>Draws each parameter uniformly and on its own; a logarithmic one uniformly on its logarithmic scale.</summary>
/// <remarks>
/// <para>The baseline that every other sampler has to beat, and the best choice for a space that one wants to cover without
/// prejudice, or for objectives that are nearly all noise. Where earlier trials say something about later ones, choose
/// <see cref="TpeSampler"/>.</para>
/// <para>Source: J. Bergstra and Y. Bengio, "Random Search for Hyper-Parameter Optimization", JMLR 13, 2012.</para>
/// <para>Costs the same for every trial. Safe for concurrent use.</para>
/// </remarks>
public sealed class RandomSampler : ISampler
{
    /// <summary>Makes the sampler.</summary>
    public RandomSampler(RandomSamplerOptions? options = null) => Seed = options?.Seed;

    /// <inheritdoc/>
    public ulong? Seed { get; }

    /// <inheritdoc/>
    public SearchSpace InferRelativeSpace(StudyHistory history, TrialContext trial) => SearchSpace.Empty;

    /// <inheritdoc/>
    public ParameterSet SampleRelative(StudyHistory history, TrialContext trial, SearchSpace space) => ParameterSet.Empty;

    /// <inheritdoc/>
    public double SampleIndependent(StudyHistory history, TrialContext trial, string name, Distribution distribution)
    {
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(distribution);
        return RandomDraw.Independent(trial, name, distribution);
    }
}
