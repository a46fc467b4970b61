using System.Collections.Immutable;
using HyperTune.History;

namespace HyperTune.Noise;

/// <summary>The configurations of a study with their evaluations, and what these say together about the noise. Kept as a view of the history. Immutable.</summary>
internal sealed class ReplicateView
{
    private static readonly object Key = new();
    private static readonly ReplicateView None = new(0, ImmutableDictionary<ConfigurationKey, Replicates>.Empty, ImmutableSortedDictionary<int, Replicates>.Empty, []);

    private readonly int _rows;
    private readonly ImmutableDictionary<ConfigurationKey, Replicates> _byParameters;
    private readonly ImmutableSortedDictionary<int, Replicates> _byNumber;
    private readonly PooledVariance[] _pooled;

    private ReplicateView(int rows, ImmutableDictionary<ConfigurationKey, Replicates> byParameters, ImmutableSortedDictionary<int, Replicates> byNumber, PooledVariance[] pooled)
    {
        _rows = rows;
        _byParameters = byParameters;
        _byNumber = byNumber;
        _pooled = pooled;
    }

    /// <summary>The configurations in ascending order of their lowest numbers.</summary>
    public IEnumerable<Replicates> Configurations => _byNumber.Values;

    public static ReplicateView Of(StudyHistory history) => history.View<ReplicateView>(Key, static (newer, former) => (former ?? None).Extend(newer));

    /// <summary>The mean of an objective and its standard error; NaN if nothing is known about the noise.</summary>
    public (double Mean, double Error) Estimate(Replicates configuration, int objective)
    {
        ref readonly EvaluationStatistics evaluations = ref configuration.Objectives[objective];
        return (evaluations.Mean, _pooled[objective].ErrorOf(evaluations));
    }

    /// <summary>The feasible configuration whose mean, made worse by some standard errors, is best; of equal ones that with the lowest number. Null if there is none.</summary>
    /// <param name="direction">Of the only objective.</param>
    /// <param name="standardErrors">How many standard errors are added to the loss.</param>
    public Replicates? Best(Direction direction, double standardErrors)
    {
        Replicates? best = null;
        double bestLoss = double.PositiveInfinity;
        foreach ((_, Replicates configuration) in _byNumber)
        {
            if (!configuration.IsFeasible) continue;
            (double mean, double error) = Estimate(configuration, 0);
            double loss = direction == Direction.Maximize ? -mean : mean;
            // Without an error, as of an infinite value, the mean is all there is.
            if (!double.IsNaN(error)) loss += standardErrors * error;
            if (double.IsNaN(loss) || (best is not null && loss >= bestLoss)) continue;
            (best, bestLoss) = (configuration, loss);
        }
        return best;
    }

    private ReplicateView Extend(StudyHistory history)
    {
        int objectives = history.Directions.Count;
        ImmutableDictionary<ConfigurationKey, Replicates>.Builder byParameters = _byParameters.ToBuilder();
        ImmutableSortedDictionary<int, Replicates>.Builder byNumber = _byNumber.ToBuilder();
        for (int row = _rows; row < history.Count; row++)
        {
            // Other programs may have stored a complete trial without its values.
            if (history.States[row] != TrialState.Complete || history[row].Values.Count != objectives) continue;
            var key = new ConfigurationKey(history[row].Parameters);
            Replicates? former = byParameters.GetValueOrDefault(key);
            var configuration = Replicates.Of(former, history[row], objectives);
            byParameters[key] = configuration;
            if (former is not null) byNumber.Remove(former.First);
            byNumber.Add(configuration.First, configuration);
        }
        return new(history.Count, byParameters.ToImmutable(), byNumber.ToImmutable(), Pool(byNumber, objectives));
    }

    private static PooledVariance[] Pool(ImmutableSortedDictionary<int, Replicates>.Builder configurations, int objectives)
    {
        var pooled = new PooledVariance[objectives];
        foreach ((_, Replicates configuration) in configurations)
        {
            for (int k = 0; k < objectives; k++) pooled[k].Add(configuration.Objectives[k]);
        }
        return pooled;
    }
}
