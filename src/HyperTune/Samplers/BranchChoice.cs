using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Pareto;
using HyperTune.Spaces;

namespace HyperTune.Samplers;

/// <summary>Divides the trials of a study with one objective among the branches of its space, each of which has a model of its own.</summary>
/// <remarks>
/// Each branch first gets trials enough to tell something of it. Later a share of the trials visits all alike that have anything new, and the others go
/// where one of the last trials, drawn at random, was the best: the idea of W. R. Thompson, "On the Likelihood that One Unknown Probability
/// Exceeds Another in View of the Evidence of Two Samples", 1933, with the last results in place of a posterior. They show what a branch gives now
/// that its model has learned.
/// </remarks>
internal static class BranchChoice
{
    // The share of later trials that visits all branches alike. With less of it a narrow optimum in a branch that looks poor is found late.
    private const double VisitShare = 1.0 / 3;

    /// <summary>The branch that is furthest from the least number of trials that each should have, running ones included; null if none lacks any.</summary>
    public static SpaceBranch? Owed(StudyHistory history, BranchTrials trials)
    {
        SpaceBranch? owed = null;
        double least = 1;
        foreach (SpaceBranch branch in trials.Tree.Branches)
        {
            double share = (trials.CountOf(history, branch) + RunningIn(history, branch)) / (double)trials.Tree.FirstTrials(branch);
            if (share < least) (owed, least) = (branch, share);
        }
        return owed;
    }

    /// <summary>Draws a branch.</summary>
    /// <param name="history">The snapshot.</param>
    /// <param name="trials">Its trials by branch.</param>
    /// <param name="recent">How many of a branch's last trials stand for it.</param>
    /// <param name="random">The stream to draw from.</param>
    public static SpaceBranch Draw(StudyHistory history, BranchTrials trials, Func<SpaceBranch, int> recent, RandomStream random)
    {
        SpaceBranch[] open = [.. trials.Tree.Branches.Where(branch => trials.CountOf(history, branch) < branch.Size)];
        if (open.Length > 0 && random.NextDouble() < VisitShare) return open[random.NextInt(open.Length)];
        SpaceBranch best = trials.Tree.Branches[0];
        Standing? lead = null;
        foreach (SpaceBranch branch in trials.Tree.Branches)
        {
            List<int> rows = trials.LastOf(history, branch, recent(branch));
            if (rows.Count == 0) continue;
            Standing standing = Standing.Of(history, rows[random.NextInt(rows.Count)], random);
            if (lead is null || standing.CompareTo(lead.Value) < 0) (best, lead) = (branch, standing);
        }
        return best;
    }

    private static int RunningIn(StudyHistory history, SpaceBranch branch)
    {
        int count = 0;
        foreach (RunningTrial trial in history.Running) count += branch.IsReachedBy(trial.Parameters) ? 1 : 0;
        return count;
    }

    /// <summary>How good a trial is: complete ones come before pruned ones, these before infeasible ones and those before failed ones; of equal ones chance decides.</summary>
    private readonly record struct Standing(double Violation, bool IsPruned, double Loss, double Tie) : IComparable<Standing>
    {
        public static Standing Of(StudyHistory history, int row, RandomStream random)
        {
            double violation = history.Violations[row], loss = history.Directions[0].ToLoss(history.Values(0)[row]);
            return new(
                history.States[row] == TrialState.Failed || double.IsNaN(violation) ? double.PositiveInfinity : Math.Max(0, violation),
                history.States[row] == TrialState.Pruned,
                double.IsNaN(loss) ? double.PositiveInfinity : loss,
                random.NextDouble());
        }

        public int CompareTo(Standing other)
        {
            int order = Violation.CompareTo(other.Violation);
            if (order == 0) order = IsPruned.CompareTo(other.IsPruned);
            if (order == 0) order = Loss.CompareTo(other.Loss);
            return order != 0 ? order : Tie.CompareTo(other.Tie);
        }
    }
}
