using System.Globalization;
using HyperTune.Numerics;
using HyperTune.Spaces;

namespace HyperTune.Samplers.Gp;

/// <summary>Parameters that are active together, modelled on columns of their own: a branch of a tree, or all of a flat space.</summary>
internal sealed class GpBranch
{
    // Complete trials before the model of a flat space.
    private const int StartupPerParameter = 2, LeastStartup = 8, MostStartup = 20;

    private readonly (string Name, double[] Allowed)[] _conditions;

    /// <param name="tree">The tree.</param>
    /// <param name="branch">One of its branches.</param>
    public GpBranch(SpaceTree tree, SpaceBranch branch)
    {
        Index = branch.Index;
        StartTrials = tree.FirstTrials(branch);
        Fixed = branch.Fixed;
        Space = new GpSpace(GpSpace.Modelled(branch.Space), branch.AllowedOf);
        _conditions =
        [
            .. branch.Fixed.Where(parameter => !parameter.Distribution.IsSingle).Select(parameter => (parameter.Name, (double[])[parameter.Value])),
            .. branch.Space.Where(parameter => branch.AllowedOf(parameter.Name) is not null).Select(parameter => (parameter.Name, branch.AllowedOf(parameter.Name)!)),
        ];
    }

    /// <param name="space">A flat space, of which as much as possible is modelled.</param>
    public GpBranch(SearchSpace space)
    {
        Space = new GpSpace(GpSpace.Modelled(space));
        Fixed = ParameterSet.Empty;
        _conditions = [];
    }

    /// <summary>The place among the branches.</summary>
    public int Index { get; }

    /// <summary>What is modelled.</summary>
    public GpSpace Space { get; }

    /// <summary>What can only take one value here.</summary>
    public ParameterSet Fixed { get; }

    /// <summary>What parents take in this branch, by name.</summary>
    public IReadOnlyList<(string Name, double[] Allowed)> Conditions => _conditions;

    /// <summary>Complete trials before the model where there are no other branches.</summary>
    public int Startup(GpSamplerOptions options) => options.StartupTrials ?? DefaultStartup(Space.Space.Count);

    /// <summary>Twice the number of parameters, in bounds.</summary>
    public static int DefaultStartup(int parameters) => Math.Clamp(StartupPerParameter * parameters, LeastStartup, MostStartup);

    /// <summary>The trials that a branch gets before its model is compared with those of others.</summary>
    public int StartTrials { get; }

    /// <summary>A number that stays the same as long as names, distributions, what leads to the branch and the detail do.</summary>
    public ulong Signature(string detail)
    {
        IEnumerable<string> parameters = Space.Space.Select(parameter => parameter.Name + '\t' + parameter.Distribution.ToJson());
        IEnumerable<string> conditions = _conditions.Select(condition => condition.Name + '\t' + string.Join(' ', condition.Allowed.Select(value => value.ToString("R", CultureInfo.InvariantCulture))));
        return RandomStream.Create(0, 0, detail, string.Join('\n', parameters.Concat(conditions))).NextUInt64();
    }

    /// <summary>Whether parameters that are given, as far as they are, leave this branch open.</summary>
    public bool Allows(ParameterSet given)
    {
        foreach ((string name, double[] allowed) in _conditions)
        {
            if (given.TryGetValue(name, out double value) && !allowed.Contains(value)) return false;
        }
        return true;
    }

    /// <summary>The point of some parameters; null when one is missing or lies in another branch.</summary>
    public double[]? PointOf(ParameterSet parameters)
    {
        foreach ((string name, double[] allowed) in _conditions)
        {
            if (!parameters.TryGetValue(name, out double value) || !allowed.Contains(value)) return null;
        }
        return Space.PointOf(parameters);
    }
}
