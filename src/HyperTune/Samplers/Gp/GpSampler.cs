using HyperTune.History;
using HyperTune.Samplers;
using HyperTune.Samplers.Gp;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>Bayesian optimization with Gaussian processes: models values as a smooth function of the parameters and proposes where the expected improvement is largest.</summary>
/// <remarks>
/// <para>The model knows at every point what value to expect and how sure that is, so that a proposal weighs promising against unknown regions. The sampler to choose
/// where a trial is costly: up to a few hundred trials of up to some dozen parameters, which are mostly numbers. Constraints, several objectives (up to three or
/// four), noise and parallel workers are modelled, too. Choose <see cref="TpeSampler"/> for conditional spaces or thousands of trials, and where values jump
/// rather than change smoothly.</para>
/// <para>The first trials are points of a scrambled Sobol sequence. Parameters that not all trials have are drawn on their own, without a model. Failed and pruned trials keep
/// later ones away from where they were.</para>
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
    private const int LeastStartup = 8, MostStartup = 20;

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
        return GpView.Of(history) is var view && HasModel(history, view) ? view.Space.Space : _startup.InferRelativeSpace(history, trial);
    }

    /// <inheritdoc/>
    public ParameterSet SampleRelative(StudyHistory history, TrialContext trial, SearchSpace space)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(space);
        GpView view = GpView.Of(history);
        if (!HasModel(history, view)) return _startup.SampleRelative(history, trial, space);
        GpSpace modelled = view.Space;
        if (new GpProposal(history, trial, modelled, _options, StartupTrials(modelled)).Make() is not { } point) return _startup.SampleRelative(history, trial, space);
        List<Parameter> drawn = [];
        for (int j = 0; j < point.Length; j++)
        {
            SearchSpaceParameter parameter = modelled.Space[j];
            if (space.Contains(parameter.Name)) drawn.Add(new(parameter.Name, parameter.Distribution, modelled.Decode(j, point[j])));
        }
        return ParameterSet.Of(view.Schemas, drawn);
    }

    /// <inheritdoc/>
    public double SampleIndependent(StudyHistory history, TrialContext trial, string name, Distribution distribution) => _startup.SampleIndependent(history, trial, name, distribution);

    private bool HasModel(StudyHistory history, GpView view) => view.Space.Space.Count > 0 && history.CountOf(TrialState.Complete) >= StartupTrials(view.Space);

    private int StartupTrials(GpSpace space) => _options.StartupTrials ?? Math.Clamp(2 * space.Space.Count, LeastStartup, MostStartup);
}
