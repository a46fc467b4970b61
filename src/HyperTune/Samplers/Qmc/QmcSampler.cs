using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Samplers;
using HyperTune.Samplers.Qmc;
using HyperTune.Spaces;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>Quasi-Monte Carlo: takes the points of a sequence that fills the space more evenly than random points do.</summary>
/// <remarks>
/// <para>Trial n takes point n of a Sobol or Halton sequence, so that any number of workers share one sequence without a counter. A better
/// baseline than <see cref="RandomSampler"/>, and a good design for the first trials of a model or for a picture of a space. It does not learn:
/// where earlier trials say something about later ones, choose <see cref="TpeSampler"/>.</para>
/// <para>The space is the declared one, else that of the first finished trial; while there is neither, parameters take the dimensions in the order in which the
/// trial asks for them. What the space lacks, and parameters beyond the sequence's dimensions, are drawn at random.</para>
/// <para>Sources: J. Bergstra and Y. Bengio, "Random Search for Hyper-Parameter Optimization", 2012, section 3 (quasi-random search); S. Joe and
/// F. Y. Kuo, "Constructing Sobol Sequences with Better Two-Dimensional Projections", 2008; J. Matoušek, "On the L2-Discrepancy for Anchored Boxes", 1998
/// (scrambling); A. B. Owen, "A Randomized Halton Algorithm in R", 2017. Deviation from Optuna: scrambled by default, and the trial number is the index.</para>
/// <para>Costs the same for every trial. Safe for concurrent use; holds no state.</para>
/// </remarks>
public sealed class QmcSampler : ISampler
{
    private readonly QmcSamplerOptions _options;

    /// <summary>Makes the sampler.</summary>
    /// <param name="options">How it works; null for the defaults.</param>
    public QmcSampler(QmcSamplerOptions? options = null) => _options = options ?? new();

    /// <inheritdoc/>
    public ulong? Seed => _options.Seed;

    /// <inheritdoc/>
    public SearchSpace InferRelativeSpace(StudyHistory history, TrialContext trial)
    {
        ArgumentNullException.ThrowIfNull(history);
        return ViewOf(history).SpaceOf(history);
    }

    /// <inheritdoc/>
    public ParameterSet SampleRelative(StudyHistory history, TrialContext trial, SearchSpace space)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(space);
        QmcView view = ViewOf(history);
        SearchSpace whole = view.SpaceOf(history);
        var internalValues = new double[space.Count];
        var drawn = new List<Parameter>(space.Count);
        for (int i = 0; i < internalValues.Length; i++)
        {
            SearchSpaceParameter parameter = space[i];
            internalValues[i] = double.NaN;
            if (!space.IsActive(i, internalValues)) continue;
            double value = Draw(view.Sequence, whole.IndexOf(parameter.Name), trial, parameter.Name, parameter.Distribution);
            drawn.Add(new Parameter(parameter.Name, parameter.Distribution, value));
            // What the trial must take decides about the branches, whatever is drawn.
            internalValues[i] = trial.FixedParameters.TryGetValue(parameter.Name, out double given) ? given : value;
        }
        return ParameterSet.Of(view.Schemas, drawn);
    }

    /// <inheritdoc/>
    public double SampleIndependent(StudyHistory history, TrialContext trial, string name, Distribution distribution)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(distribution);
        QmcView view = ViewOf(history);
        SearchSpace whole = view.SpaceOf(history);
        // A range that differs from the joint one still has its dimension, and a first trial is a point of the sequence, too.
        int dimension = whole.Count > 0 ? whole.IndexOf(name) : CountSeveral(trial.Parameters);
        return Draw(view.Sequence, dimension, trial, name, distribution);
    }

    private static double Draw(LowDiscrepancySequence sequence, int dimension, TrialContext trial, string name, Distribution distribution) =>
        // A point that is refused as a repetition cannot be exchanged for another one of the sequence: those belong to other trials.
        dimension >= 0 && dimension < sequence.Dimensions && trial.Attempt == 0
            ? RandomDraw.FromUniform(distribution, sequence.At(dimension, trial.Number))
            : RandomDraw.Independent(trial, name, distribution);

    private static int CountSeveral(ParameterSet parameters)
    {
        int count = 0;
        foreach (Distribution distribution in parameters.Schema.Distributions)
        {
            if (!distribution.IsSingle) count++;
        }
        return count;
    }

    /// <remarks>Without a seed the scrambling follows from the study's name, on which all of its processes agree from the first trial on.</remarks>
    private QmcView ViewOf(StudyHistory history)
    {
        ulong? scramble = _options.IsScrambled ? _options.Seed ?? RandomStream.Create(0, 0, "qmc", history.Study.Name).NextUInt64() : null;
        return QmcView.Of(history, _options.Sequence, scramble);
    }
}
