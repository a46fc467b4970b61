using HyperTune.History;
using HyperTune.Pareto;
using HyperTune.Samplers.Generations;

namespace HyperTune.Samplers.Evolution;

/// <summary>Generations of a genetic algorithm: the next parents are the best of the present ones and of the trials that have come in since.</summary>
/// <param name="PopulationSize">How many trials make a generation, and how many parents there are.</param>
internal abstract record EvolutionScheme(int PopulationSize) : GenerationScheme<Population>
{
    public override Population Start() => new([], [], [], []);

    public override int SizeOf(Population state) => PopulationSize;

    public override bool IsUsable(StudyHistory history, int row)
    {
        if (history.States[row] != TrialState.Complete) return false;
        for (int k = 0; k < history.Directions.Count; k++)
        {
            if (double.IsNaN(history.Values(k)[row])) return false;
        }
        return true;
    }

    /// <summary>Trials that were imported, or proposed by another sampler, count as random ones: as generation 0.</summary>
    public override int? GenerationOf(StudyHistory history, int row) => base.GenerationOf(history, row) ?? 0;

    public override Population Fold(Population state, in ClosedGeneration generation)
    {
        StudyHistory history = generation.History;
        int objectives = history.Directions.Count, count = state.Count + generation.Members.Length + generation.Others.Length;
        var trials = new TrialRecord[count];
        double[] losses = new double[count * objectives], violations = new double[count];
        state.Trials.CopyTo(trials, 0);
        state.Losses.CopyTo(losses, 0);
        state.Violations.CopyTo(violations, 0);
        int next = state.Count;
        foreach (int row in generation.Members) Add(row);
        foreach (int row in generation.Others) Add(row);
        Selected selected = Select(losses, objectives, violations, generation.Index);
        return new Population(
            [.. selected.Points.Select(point => trials[point])],
            [.. selected.Points.SelectMany(point => losses[(point * objectives)..((point + 1) * objectives)])],
            [.. selected.Points.Select(point => violations[point])],
            selected.Standings);

        void Add(int row)
        {
            trials[next] = history[row];
            for (int k = 0; k < objectives; k++) losses[next * objectives + k] = history.Directions[k].ToLoss(history.Values(k)[row]);
            violations[next++] = history.Violations[row];
        }
    }

    /// <summary>Chooses the next parents.</summary>
    /// <param name="losses">Values to be minimized, [points, objectives].</param>
    /// <param name="objectives">The number of objectives.</param>
    /// <param name="violations">The sum of violated constraints of each point; 0 for a feasible one.</param>
    /// <param name="generation">The generation that is closed.</param>
    protected abstract Selected Select(double[] losses, int objectives, double[] violations, int generation);

    /// <param name="Points">The chosen points, the best first.</param>
    /// <param name="Standings">Their standings in a tournament.</param>
    internal readonly record struct Selected(int[] Points, int[] Standings);
}
