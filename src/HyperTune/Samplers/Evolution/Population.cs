using System.Runtime.CompilerServices;
using HyperTune.Samplers.Evolution.Breeding;

namespace HyperTune.Samplers.Evolution;

/// <summary>The trials that parents are chosen from, with what selection knows of them. Immutable.</summary>
internal sealed class Population
{
    // These last as long as the spaces do.
    private readonly ConditionalWeakTable<SearchSpace, GenePlan> _plans = [];
    private readonly ConditionalWeakTable<SearchSpace, SearchSpace> _inheritable = [];
    private SearchSpace? _sharedSpace;

    /// <param name="trials">The members.</param>
    /// <param name="losses">Their objective values, to be minimized, [trials, objectives].</param>
    /// <param name="violations">Their sums of violated constraints.</param>
    /// <param name="standings">Their standings in a tournament; the lower, the better, and equal ones tie.</param>
    public Population(TrialRecord[] trials, double[] losses, double[] violations, int[] standings)
    {
        Trials = trials;
        Losses = losses;
        Violations = violations;
        Standings = standings;
    }

    public TrialRecord[] Trials { get; }

    public double[] Losses { get; }

    public double[] Violations { get; }

    public int[] Standings { get; }

    public int Count => Trials.Length;

    /// <summary>The parameters that can be inherited and that all members have, with equal distributions, sorted by name.</summary>
    public SearchSpace SharedSpace => Volatile.Read(ref _sharedSpace) ?? (_sharedSpace = FindSharedSpace());

    /// <summary>What can be inherited of a declared space.</summary>
    public SearchSpace InheritableOf(SearchSpace declared) => _inheritable.GetValue(declared, GenePlan.Inheritable);

    /// <summary>How a space is inherited.</summary>
    public GenePlan PlanOf(SearchSpace space) => _plans.GetValue(space, static space => new GenePlan(space));

    private SearchSpace FindSharedSpace()
    {
        if (Count == 0) return SearchSpace.Empty;
        var shared = new List<Parameter>(Trials[0].Parameters);
        foreach (TrialRecord trial in Trials)
        {
            shared.RemoveAll(parameter =>
            {
                int index = trial.Parameters.IndexOf(parameter.Name);
                return index < 0 || !trial.Parameters.Schema.Distributions[index].Equals(parameter.Distribution);
            });
        }
        shared.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return GenePlan.Inheritable(SearchSpace.Create(shared.Select(parameter => new SearchSpaceParameter(parameter.Name, parameter.Distribution))));
    }
}
