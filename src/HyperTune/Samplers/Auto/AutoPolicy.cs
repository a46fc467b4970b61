using System.Globalization;
using HyperTune.History;
using HyperTune.Numerics;
using HyperTune.Samplers.Gp;
using HyperTune.Spaces;
using HyperTune.Trials;

namespace HyperTune.Samplers.Auto;

/// <summary>Chooses the sampler for each trial, by the study so far and by chance from the trial's own stream.</summary>
/// <remarks>What it rests on is measured in docs/decisions/0005-auto-sampler.md.</remarks>
internal static class AutoPolicy
{
    // Up to here the Gaussian process is worth what it costs.
    private const int MostModelled = 1000, MostModelledDimensions = 100;

    // With several objectives: the volume of fronts with hundreds of points is costly.
    private const int MostModelledFronts = 300, MostModelledObjectives = 3;

    // With several objectives: up to here a model makes more of each trial than breeding does.
    private const int MostForTpe = 500;

    // Of no more points a distribution that moves over them proposes the same ones again and again.
    private const double MostListed = 10_000;

    // Each arm's part in any case, so that one that was unlucky comes back.
    private const double Floor = 0.1;

    // A proposal that is no new best is the rule and says little.
    private const double FailureWeight = 0.25;

    /// <summary>Chooses for one trial.</summary>
    public static AutoChoice Choose(StudyHistory history, TrialContext trial)
    {
        int complete = history.CountOf(TrialState.Complete);
        SpaceTree tree = SpaceTree.Of(history);
        if (history.Directions.Count > 1) return ForObjectives(history.Directions.Count, complete, tree);
        if (tree.Branches.Count == 0) return new(AutoArm.Tpe, Text($"the space has more than {SpaceTree.MostBranches} branches"));
        bool isModelled = complete < MostModelled && tree.Branches.Max(branch => branch.Space.Count) <= MostModelledDimensions;
        if (tree.Branches.Count > 1 && isModelled) return new(AutoArm.Gp, Text($"each of the space's {tree.Branches.Count} branches has a model of its own"));
        SearchSpaceParameter[] several = [.. tree.Space.Where(parameter => !parameter.Distribution.IsSingle)];
        int startup = GpBranch.DefaultStartup(several.Length);
        if (complete < startup) return new(AutoArm.Gp, Text($"the first {startup} trials are spread over the space"));
        bool isLandscape = several.Any(parameter => parameter.Distribution is not CategoricalDistribution) && Size(several) > MostListed;
        List<AutoArm> arms = [];
        if (isModelled) arms.Add(AutoArm.Gp);
        if (isLandscape) arms.Add(AutoArm.CmaEs);
        arms.Add(AutoArm.Tpe);
        return arms.Count > 1 ? ByLot(history, trial, arms) : new(arms[0], Text($"after {MostModelled} trials, or with more than {MostModelledDimensions} parameters, no other sampler is left for choices, or for few points"));
    }

    /// <summary>The number of points; infinite where a parameter is continuous.</summary>
    private static double Size(SearchSpaceParameter[] parameters) => parameters.Aggregate(1.0, (size, parameter) => size * (parameter.Distribution.GridSize ?? double.PositiveInfinity));

    private static AutoChoice ForObjectives(int objectives, int complete, SpaceTree tree)
    {
        if (objectives > MostModelledObjectives)
        {
            return complete < MostForTpe
                ? new(AutoArm.Tpe, Text($"the hypervolume of {objectives} objectives is too costly to model, and before {MostForTpe} trials densities make more of each than breeding"))
                : new(AutoArm.NsgaIII, Text($"after {MostForTpe} trials breeding toward spread directions keeps {objectives} objectives apart"));
        }
        if (complete < MostModelledFronts && tree.Branches.Count > 0)
            return new(AutoArm.Gp, Text($"with {objectives} objectives and fewer than {MostModelledFronts} trials the expected gain of hypervolume is modelled"));
        return complete < MostForTpe
            ? new(AutoArm.Tpe, Text($"after {MostModelledFronts} trials, or with many branches, densities cost less than a model"))
            : new(AutoArm.NsgaII, Text($"after {MostForTpe} trials breeding is as good as densities and costs less"));
    }

    /// <summary>Thompson sampling: each arm's chance to improve is drawn from what is believed of it, and the largest wins.</summary>
    private static AutoChoice ByLot(StudyHistory history, TrialContext trial, List<AutoArm> arms)
    {
        RandomStream random = trial.Random("auto arm");
        double uniform = random.NextDouble();
        if (uniform < Floor * arms.Count) return new(arms[(int)(uniform / Floor)], Text($"each of {arms.Count} samplers has a tenth of the trials in any case"));
        Dictionary<AutoArm, ArmRecord> records = ArmRecord.Of(history, AutoSampler.ArmOf);
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
