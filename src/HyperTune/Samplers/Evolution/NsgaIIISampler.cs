using HyperTune.History;
using HyperTune.Samplers;
using HyperTune.Samplers.Evolution;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>NSGA-III, a genetic algorithm for many objectives: like NSGA-II, but spread along reference directions instead of by crowding.</summary>
/// <remarks>
/// <para>With many objectives nearly all trials are undominated and distances between neighbours say little. So the trials of the rank that does not fit
/// into the next parents as a whole are shared out among directions that are spread evenly, or that the user prefers. Choose it for four
/// objectives or more, or to look at chosen parts of the front; <see cref="NsgaIISampler"/> for two or three objectives, and for one.</para>
/// <para>Sources: K. Deb and H. Jain, "An Evolutionary Many-Objective Optimization Algorithm Using Reference-Point-Based Nondominated Sorting
/// Approach, Part I: Solving Problems with Box Constraints", 2014; constraints after H. Jain and K. Deb, Part II, 2014. What differs from them:
/// parents come from a binary tournament by rank, extreme points and the ideal point are those of the present trials only, infinite
/// values are put at three ranges beyond the finite ones. Ties are broken by draws that are the same in every process.</para>
/// <para>The cost of a trial does not grow with the number of trials. Safe for concurrent use; holds no state.</para>
/// </remarks>
public sealed class NsgaIIISampler : ISampler
{
    private readonly GeneticProposer _proposer;
    private readonly NsgaIIISamplerOptions _options;

    /// <summary>Makes the sampler.</summary>
    /// <param name="options">How it works; null for the defaults.</param>
    /// <exception cref="ArgumentException">Both partitions and directions are given.</exception>
    public NsgaIIISampler(NsgaIIISamplerOptions? options = null)
    {
        _options = options ?? new();
        if (_options is { Partitions: not null, ReferenceDirections: not null })
            throw new ArgumentException("Both Partitions and ReferenceDirections are given, but each says what the directions are. Leave one out.", nameof(options));
        _proposer = new GeneticProposer(_options, new NsgaIIIScheme(_options.PopulationSize, _options.Partitions, _options.ReferenceDirections));
    }

    /// <inheritdoc/>
    public ulong? Seed => _options.Seed;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The reference directions have another number of objectives than the study.</exception>
    public SearchSpace InferRelativeSpace(StudyHistory history, TrialContext trial)
    {
        ArgumentNullException.ThrowIfNull(history);
        if (_options.ReferenceDirections is { } directions && directions[0].Count != history.Directions.Count)
        {
            throw new InvalidOperationException(
                $"The reference directions have {Guard.Show(directions[0].Count)} numbers, but the study has {Guard.Show(history.Directions.Count)} objectives. Give one number for each.");
        }
        return _proposer.InferRelativeSpace(history, trial);
    }

    /// <inheritdoc/>
    public ParameterSet SampleRelative(StudyHistory history, TrialContext trial, SearchSpace space) =>
        _proposer.SampleRelative(history, trial, space);

    /// <inheritdoc/>
    public double SampleIndependent(StudyHistory history, TrialContext trial, string name, Distribution distribution) =>
        _proposer.SampleIndependent(history, trial, name, distribution);
}
