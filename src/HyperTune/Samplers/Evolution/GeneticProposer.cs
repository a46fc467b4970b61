using HyperTune.History;
using HyperTune.Samplers.Evolution.Breeding;
using HyperTune.Samplers.Generations;
using HyperTune.Spaces;
using HyperTune.Trials;

namespace HyperTune.Samplers.Evolution;

/// <summary>What the genetic samplers have in common: generation 0 is random, every later trial is a child of the parents that are known.</summary>
/// <param name="options">The operators.</param>
/// <param name="scheme">How generations are formed and parents selected.</param>
internal sealed class GeneticProposer(GeneticSamplerOptions options, EvolutionScheme scheme)
{
    private readonly Breeder _several = new(options, hasSeveralObjectives: true);
    private readonly Breeder _single = new(options, hasSeveralObjectives: false);

    public SearchSpace InferRelativeSpace(StudyHistory history, TrialContext trial)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        OpenGeneration<Population> open = GenerationLog<Population>.Of(history, scheme);
        open.Note(trial);
        if (open.State.Count == 0) return SearchSpace.Empty;
        return history.DeclaredSpace is { } declared ? open.State.InheritableOf(declared) : open.State.SharedSpace;
    }

    public ParameterSet SampleRelative(StudyHistory history, TrialContext trial, SearchSpace space)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(space);
        Population population = GenerationLog<Population>.Of(history, scheme, trial).State;
        return population.Count == 0 ? ParameterSet.Empty : BreederOf(history).Breed(population, population.PlanOf(space), trial);
    }

    public double SampleIndependent(StudyHistory history, TrialContext trial, string name, Distribution distribution)
    {
        ArgumentNullException.ThrowIfNull(history);
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(distribution);
        Population population = GenerationLog<Population>.Of(history, scheme, trial).State;
        if (population.Count == 0 || !GenePlan.HasGene(distribution)) return RandomDraw.Independent(trial, name, distribution);
        var plan = new GenePlan(SearchSpace.Create([new(name, distribution)]));
        return BreederOf(history).Breed(population, plan, trial).Values[0];
    }

    private Breeder BreederOf(StudyHistory history) => history.Directions.Count > 1 ? _several : _single;
}
