using System.Globalization;
using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Spaces;
using HyperTune.Trials;

namespace HyperTune.Samplers.Auto;

/// <summary>Chooses the sampler for each trial, by the study so far and by chance from the trial's own stream.</summary>
/// <remarks>What it rests on is measured in docs/decisions/0005-auto-sampler.md.</remarks>
internal static class AutoPolicy
{
    // Up to here the Gaussian process is worth what it costs.
    private const int MostModelled = 300;
    private const int MostModelledDimensions = 30, MostModelledObjectives = 3;
    private const int MostForTpe = 500;
    private const int LeastStartup = 8, MostStartup = 20, StartupPerParameter = 2;

    // Each arm's part in any case, so that one that was unlucky comes back.
    private const double Floor = 0.1;

    // A proposal that is no new best is the rule and says little.
    private const double FailureWeight = 0.25;

    public static AutoChoice Choose(StudyHistory history, TrialContext trial)
    {
        int complete = history.CountOf(TrialState.Complete), objectives = history.Directions.Count;
        SpaceTree tree = SpaceTree.Of(history);
        int numbers = tree.Space.Count(parameter => parameter.Distribution is not CategoricalDistribution && !parameter.Distribution.IsSingle);
        int several = tree.Space.Count(parameter => !parameter.Distribution.IsSingle);
        if (objectives > 1) return ForObjectives(objectives, complete, tree);
        if (tree.Branches.Count == 0) return new(AutoArm.Tpe, $"the space has more than {SpaceTree.MostBranches} branches");
        if (tree.Branches.Count > 1) return new(AutoArm.Gp, Text($"each of the space's {tree.Branches.Count} branches has a model of its own"));
        int startup = Math.Clamp(StartupPerParameter * several, LeastStartup, MostStartup);
        if (complete < startup) return new(AutoArm.Gp, Text($"the first {startup} trials are spread over the space"));
        List<AutoArm> arms = [];
        string most = Environment.GetEnvironmentVariable("AUTO_MOST") ?? "300";
        string names = complete < int.Parse(most, CultureInfo.InvariantCulture) ? Environment.GetEnvironmentVariable("AUTO") ?? "gp,cma,tpe" : Environment.GetEnvironmentVariable("AUTO_AFTER") ?? "cma,tpe";
        if (names.Contains("gp")) arms.Add(AutoArm.Gp);
        if (names.Contains("cma") && numbers > 0) arms.Add(AutoArm.CmaEs);
        if (names.Contains("tpe")) arms.Add(AutoArm.Tpe);
        return arms.Count == 1 ? new(arms[0], "x") : ByLot(history, trial, arms);
    }

    private static AutoChoice ForObjectives(int objectives, int complete, SpaceTree tree)
    {
        if (objectives <= MostModelledObjectives && complete < MostModelled && tree.Branches.Count > 0)
            return new(AutoArm.Gp, Text($"with {objectives} objectives and fewer than {MostModelled} trials the expected gain in hypervolume can be modelled"));
        if (complete < MostForTpe) return new(AutoArm.Tpe, "x");
        return objectives > MostModelledObjectives ? new(AutoArm.NsgaIII, "y") : new(AutoArm.NsgaII, "z");
    }

    /// <summary>Thompson sampling: each arm's chance to improve is drawn from what is believed of it, and the largest wins.</summary>
    private static AutoChoice ByLot(StudyHistory history, TrialContext trial, List<AutoArm> arms)
    {
        RandomStream random = trial.Random("auto arm");
        double uniform = random.NextDouble();
        if (uniform < Floor * arms.Count) return new(arms[(int)(uniform / Floor)], Text($"each of {arms.Count} samplers has a tenth of the trials in any case"));
        Dictionary<AutoArm, ArmRecord> records = ArmRecord.Of(history, row => AutoSampler.ArmOf(history[row]));
        AutoArm chosen = arms[0];
        double largest = -1;
        foreach (AutoArm arm in arms)
        {
            ArmRecord record = records.GetValueOrDefault(arm);
            double chance = random.NextBeta(1 + record.Successes, 1 + (FailureWeight * (record.Proposals - record.Successes)));
            if (chance > largest) (chosen, largest) = (arm, chance);
        }
        ArmRecord own = records.GetValueOrDefault(chosen);
        return new(chosen, Text($"drawn by success: {own.Successes} of its last {own.Proposals} trials were new bests"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
