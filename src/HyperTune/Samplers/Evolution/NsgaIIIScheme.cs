using HyperTune.Numerics;
using HyperTune.Samplers.Evolution.Selection;

namespace HyperTune.Samplers.Evolution;

/// <summary>Generations whose parents are selected by rank and by niches around reference directions.</summary>
/// <param name="PopulationSize">How many trials make a generation, and how many parents there are.</param>
/// <param name="Partitions">Into how many parts each axis is divided; null for as many as the population fills.</param>
/// <param name="ReferenceDirections">Directions instead of even ones; null for none.</param>
internal sealed record NsgaIIIScheme(int PopulationSize, int? Partitions, IReadOnlyList<IReadOnlyList<double>>? ReferenceDirections) : EvolutionScheme(PopulationSize)
{
    public override string Name => "nsga3";

    /// <summary>Optuna's key, with Optuna's meaning.</summary>
    public override string NoteKey => "NSGAIIISampler:generation";

    protected override Selected Select(double[] losses, int objectives, double[] violations, int generation)
    {
        // No sampler's seed: processes with seeds of their own have to choose the same parents.
        var random = RandomStream.Create(0, generation, "nsga3 niches");
        int[] points = NsgaIIISelection.Elite(losses, objectives, violations, PopulationSize, Directions(objectives), random, out int[] standings);
        return new(points, standings);
    }

    private double[] Directions(int objectives)
    {
        if (ReferenceDirections is null) return Pareto.ReferenceDirections.Lattice(objectives, Partitions ?? DefaultPartitions(objectives));
        return [.. ReferenceDirections.SelectMany(direction => direction)];
    }

    private int DefaultPartitions(int objectives)
    {
        int partitions = 1;
        // One objective has one direction, however finely it is divided.
        while (partitions < PopulationSize && Pareto.ReferenceDirections.Count(objectives, partitions + 1) <= PopulationSize) partitions++;
        return partitions;
    }
}
