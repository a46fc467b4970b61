using HyperTune.History;
using HyperTune.Samplers;
using HyperTune.Samplers.Auto;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>The default sampler: lets the sampler propose that suits the study, trial by trial, and says which and why (<see cref="Study.Explain(TrialRecord)"/>).</summary>
/// <remarks>
/// <para>With one objective and a flat space <see cref="GpSampler"/>, <see cref="CmaEsSampler"/> and <see cref="TpeSampler"/> share the trials: who proposes is drawn by how often the last proposals of
/// each became the best of their time, and each has a tenth in any case. All learn from all trials. Conditional spaces belong to <see cref="GpSampler"/>, several objectives to it, to
/// <see cref="TpeSampler"/> and to <see cref="NsgaIISampler"/> or <see cref="NsgaIIISampler"/>, one after another. The figures behind this are in the documentation (decision 5).</para>
/// <para>Choose one of them instead where you know what suits, or where thousands of trials take less than some milliseconds each: a proposal of the Gaussian process costs that
/// much, though no more than 1,000 trials have one.</para>
/// <para>The choice is a function of the seed and the stored trials, not of time, so that studies can be repeated and go on after a restart. Sources: W. R. Thompson, "On the Likelihood That One Unknown
/// Probability Exceeds Another in View of the Evidence of Two Samples", 1933; O. Chapelle, L. Li, "An Empirical Evaluation of Thompson Sampling", 2011. Safe for concurrent use; holds no state.</para>
/// </remarks>
public sealed class AutoSampler : ISampler
{
    private static readonly AutoArm[] Arms = Enum.GetValues<AutoArm>();

    private readonly ISampler[] _samplers;

    /// <summary>Makes the sampler.</summary>
    /// <param name="options">How it works; null for the defaults.</param>
    public AutoSampler(AutoSamplerOptions? options = null)
    {
        AutoSamplerOptions chosen = options ?? new();
        Seed = chosen.Seed;
        _samplers = Array.ConvertAll<AutoArm, ISampler>(Arms, arm => arm switch
        {
            AutoArm.Gp => new GpSampler(new() { Seed = chosen.Seed, AvoidsFailures = chosen.AvoidsFailures }),
            AutoArm.CmaEs => new CmaEsSampler(new() { Seed = chosen.Seed }),
            AutoArm.Tpe => new TpeSampler(new() { Seed = chosen.Seed, AvoidsFailures = chosen.AvoidsFailures }),
            AutoArm.NsgaII => new NsgaIISampler(new() { Seed = chosen.Seed }),
            _ => new NsgaIIISampler(new() { Seed = chosen.Seed }),
        });
    }

    /// <inheritdoc/>
    public ulong? Seed { get; }

    /// <inheritdoc/>
    public SearchSpace InferRelativeSpace(StudyHistory history, TrialContext trial)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        AutoChoice choice = AutoPolicy.Choose(history, trial);
        ISampler sampler = _samplers[(int)choice.Arm];
        trial.Explain(sampler.Name, choice.Reason);
        return sampler.InferRelativeSpace(history, trial);
    }

    /// <inheritdoc/>
    public ParameterSet SampleRelative(StudyHistory history, TrialContext trial, SearchSpace space) => Chosen(trial).SampleRelative(history, trial, space);

    /// <inheritdoc/>
    public double SampleIndependent(StudyHistory history, TrialContext trial, string name, Distribution distribution) =>
        Chosen(trial).SampleIndependent(history, trial, name, distribution);

    /// <inheritdoc/>
    public void AfterTrial(StudyHistory history, TrialContext trial, TrialOutcome outcome) => Chosen(trial).AfterTrial(history, trial, outcome);

    /// <summary>The arm that proposed a trial; null for one that was given, or proposed by another sampler.</summary>
    internal static AutoArm? ArmOf(TrialRecord trial)
    {
        if (TrialOrigins.Of(trial) != TrialOrigin.Own || ProposalNote.Of(trial.SystemAttributes) is not { } note) return null;
        return note.Proposer switch
        {
            nameof(GpSampler) => AutoArm.Gp,
            nameof(CmaEsSampler) => AutoArm.CmaEs,
            nameof(TpeSampler) => AutoArm.Tpe,
            nameof(NsgaIISampler) => AutoArm.NsgaII,
            nameof(NsgaIIISampler) => AutoArm.NsgaIII,
            _ => null,
        };
    }

    /// <summary>The sampler that was chosen when the trial began.</summary>
    private ISampler Chosen(TrialContext trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        string? proposer = ProposalNote.Of(trial.SystemAttributes)?.Proposer;
        return Array.Find(_samplers, sampler => sampler.Name == proposer) ?? _samplers[0];
    }
}
