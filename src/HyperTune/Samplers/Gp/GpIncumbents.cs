using HyperTune.Pareto;

namespace HyperTune.Samplers.Gp;

/// <summary>What is to be improved upon, on the common scale of all branches.</summary>
/// <param name="IsFeasible">Whether some trial holds all constraints; else feasibility alone is sought.</param>
/// <param name="Losses">By objective, the losses of the best trial, or of the front.</param>
/// <param name="Reference">By objective, up to where volume counts; empty for one objective.</param>
internal sealed record GpIncumbents(bool IsFeasible, double[][] Losses, double[] Reference)
{
    // How far beyond the front's worst values volume counts, in parts of its extent, and at least.
    private const double NearFront = 0.1, LeastBeyond = 1e-3;

    /// <summary>Gathers them from the models of all branches.</summary>
    /// <param name="models">The models, at least one.</param>
    /// <param name="number">The number of the trial that is being proposed.</param>
    public static GpIncumbents Of(IReadOnlyList<GpBranchModel> models, int number)
    {
        GpBranchModel[] feasible = [.. models.Where(model => model.HasFeasible)];
        int objectives = models[0].Objectives;
        double[][] losses = [.. Enumerable.Range(0, objectives).Select(k => feasible.SelectMany(model => model.BestLosses(k)).ToArray())];
        if (feasible.Length == 0) return new(false, losses, []);
        return objectives == 1 ? new(true, [[losses[0].Min()]], []) : new(true, losses, Beyond(models, losses, number));
    }

    /// <summary>By turns a point beyond the worst trials, so that the ends of the front are found, and one near the front, so that its middle is filled.</summary>
    private static double[] Beyond(IReadOnlyList<GpBranchModel> models, double[][] front, int number)
    {
        if (number % 2 == 0) return ReferencePoint.Of([.. models.SelectMany(model => model.AllLosses())], front.Length);
        return [.. front.Select(losses => losses.Max() + (NearFront * (losses.Max() - losses.Min())) + LeastBeyond)];
    }
}
