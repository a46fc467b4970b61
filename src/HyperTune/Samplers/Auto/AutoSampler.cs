using HyperTune.History;
using HyperTune.Samplers;
using HyperTune.Samplers.Auto;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>The default sampler: lets the sampler propose that suits the study, trial by trial, and says which and why.</summary>
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
