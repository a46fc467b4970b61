using HyperTune.History;
using HyperTune.Samplers;
using HyperTune.Samplers.Gp;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>Bayesian optimization with Gaussian processes: models values as a smooth function of the parameters and proposes where the expected improvement is largest.</summary>
/// <remarks>
/// <para>The model knows at every point what value to expect and how sure that is, so that a proposal weighs promising against unknown regions. The sampler to choose
/// where a trial is costly: up to a few hundred trials of up to about fifty parameters. Constraints, several objectives (up to three or
/// four), noise, standard errors and parallel workers are modelled, too. Choose <see cref="TpeSampler"/> where values jump rather than change smoothly, and
/// <see cref="CmaEsSampler"/> for thousands of trials.</para>
/// <para>The first trials are points of a scrambled Sobol sequence. Each branch of a conditional space, declared or inferred from the trials, has models of its own over its own
/// parameters. Pruned trials keep later ones away from where they were, failed ones only if <see cref="GpSamplerOptions.AvoidsFailures"/> says so.</para>
/// <para>Sources: C. E. Rasmussen and C. K. I. Williams, "Gaussian Processes for Machine Learning", 2006; D. R. Jones, M. Schonlau, W. J. Welch, "Efficient Global Optimization of
/// Expensive Black-Box Functions", 1998; S. Ament et al., "Unexpected Improvements to Expected Improvement", 2023 (its logarithm); J. Snoek, H. Larochelle, R. P. Adams, "Practical Bayesian
/// Optimization of Machine Learning Algorithms", 2012 (Matérn kernel, running trials); J. R. Gardner et al., "Bayesian Optimization with Inequality Constraints", 2014; S. Daulton, M. Balandat, E. Bakshy,
/// "Differentiable Expected Hypervolume Improvement", 2020; D. Eriksson et al., "Scalable Global Optimization via Local Bayesian Optimization", 2019 (trust region); A. I. Cowen-Rivers et al., "HEBO", 2022
/// (warped values); C. Hvarfner, E. Hellsten, L. Nardi, "Vanilla Bayesian Optimization Performs Great in High Dimensions", 2024 (prior). Deviations: the trust region holds three of four proposals, and
/// only in many dimensions or after failures; a single objective's improvement is that of the warped value.</para>
/// <para>A proposal costs time in proportion to the third power of the trials in the model, which are capped (<see cref="GpSamplerOptions.TrainingTrials"/>), and a little for each other trial. Safe for
/// concurrent use; holds no state: fitted parameters are stored with the trials.</para>
/// </remarks>
public sealed class GpSampler : ISampler
{
    private readonly GpSamplerOptions _options;
    private readonly QmcSampler _startup;

    /// <summary>Makes the sampler.</summary>
    /// <param name="options">How it works; null for the defaults.</param>
    public GpSampler(GpSamplerOptions? options = null)
    {
        _options = options ?? new();
        _startup = new QmcSampler(new() { Seed = _options.Seed });
    }

    /// <inheritdoc/>
    public ulong? Seed => _options.Seed;

    /// <inheritdoc/>
    public SearchSpace InferRelativeSpace(StudyHistory history, TrialContext trial)
    {
        ArgumentNullException.ThrowIfNull(history);
        return GpView.Of(history) is var view && HasModel(history, view) ? view.ModelledSpace : _startup.InferRelativeSpace(history, trial);
    }

    /// <inheritdoc/>
    public ParameterSet SampleRelative(StudyHistory history, TrialContext trial, SearchSpace space)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(space);
        GpView view = GpView.Of(history);
        if (!HasModel(history, view) || new GpProposal(history, trial, view, _options).Make() is not { } proposal) return _startup.SampleRelative(history, trial, space);
        return proposal.All(parameter => space.Contains(parameter.Name)) ? proposal : ParameterSet.Of(proposal.Where(parameter => space.Contains(parameter.Name)));
    }

    /// <inheritdoc/>
    public double SampleIndependent(StudyHistory history, TrialContext trial, string name, Distribution distribution) => _startup.SampleIndependent(history, trial, name, distribution);

    /// <summary>Whether trials are proposed by models. Branches begin with trials of their own, so that they need no common start.</summary>
    private bool HasModel(StudyHistory history, GpView view) =>
        view.Branches.Count > 1 || (view.Branches[0].Space.Space.Count > 0 && history.CountOf(TrialState.Complete) >= view.Branches[0].Startup(_options));
}
