using HyperTune.Samplers.Evolution.Selection;

namespace HyperTune.Samplers.Evolution;

/// <summary>Generations whose parents are selected by rank and crowding.</summary>
internal sealed record NsgaIIScheme(int PopulationSize) : EvolutionScheme(PopulationSize)
{
    public override string Name => "nsga2";

    /// <summary>Optuna's key, with Optuna's meaning.</summary>
    public override string NoteKey => "NSGAIISampler:generation";

    protected override Selected Select(double[] losses, int objectives, double[] violations, int generation)
    {
        int[] points = NsgaIISelection.Elite(losses, objectives, violations, PopulationSize, out int[] standings);
        return new(points, standings);
    }
}
