using HyperTune.Pareto;

namespace HyperTune;

public sealed partial class ParetoFront
{
    /// <summary>The trial at the bend of the front: leaving it costs more in some metrics than it brings in the others.</summary>
    /// <remarks>
    /// <para>It lies farthest from the plane through the worst corner of each scaled metric, on the good side, which is the least sum of scaled
    /// metrics: what <see cref="Weighted(ReadOnlySpan{double})"/> chooses with equal weights. Use it when no metric matters more than another. Where the front bulges
    /// away from the ideal there is no bend, and it chooses an end; use <see cref="ClosestToIdeal"/> there.</para>
    /// <para>Sources: I. Das, "On Characterizing the 'Knee' of the Pareto Curve Based on Normal-Boundary Intersection", 1999; W.-Y. Chiu, G. G. Yen, T.-K.
    /// Juan, "Minimum Manhattan Distance Approach to Multiple Criterion Decision Making in Multiobjective Optimization Problems", 2016.</para>
    /// </remarks>
    /// <exception cref="InvalidOperationException">There is no trial.</exception>
    public TrialRecord Knee() => Least(static scaled =>
    {
        double sum = 0;
        foreach (double value in scaled) sum += value;
        return sum;
    });

    /// <summary>The trial nearest to the ideal point, which has the best value of each metric: a compromise also where the front has no bend.</summary>
    /// <remarks>By Euclidean distance of scaled metrics. Source: M. Zeleny, "Compromise Programming", 1973.</remarks>
    /// <exception cref="InvalidOperationException">There is no trial.</exception>
    public TrialRecord ClosestToIdeal() => Least(static scaled =>
    {
        double sum = 0;
        foreach (double value in scaled) sum += value * value;
        return sum;
    });

    /// <summary>The trial with the least weighted sum of scaled metrics.</summary>
    /// <param name="weights">One for each metric, in order: finite, 0 or more, at least one above 0. Only their ratios matter.</param>
    /// <remarks>Use it when metrics can be traded at a rate. A trial where the front bulges away from the ideal is chosen by no weights; limits and <see cref="Lexicographic(ReadOnlySpan{Metric})"/> reach it.</remarks>
    /// <exception cref="ArgumentException">The number of weights is another, or they are out of range.</exception>
    /// <exception cref="InvalidOperationException">There is no trial.</exception>
    public TrialRecord Weighted(params ReadOnlySpan<double> weights)
    {
        if (weights.Length != Directions.Count) throw new ArgumentException($"There are {weights.Length} weight(s) for {Directions.Count} metric(s). Give one for each.", nameof(weights));
        double[] each = weights.ToArray();
        foreach (double weight in each) Guard.AtLeast(Guard.Finite(weight, nameof(weights)), 0, nameof(weights));
        if (each.All(weight => weight == 0)) throw new ArgumentException("All weights are 0, so that no metric counts. Give one above 0.", nameof(weights));
        return Least(scaled =>
        {
            double sum = 0;
            // A metric without weight has no say, not even by infinity.
            for (int k = 0; k < each.Length; k++) sum += each[k] == 0 ? 0 : each[k] * scaled[k];
            return sum;
        });
    }

    /// <summary>The trial with the least weighted sum of scaled metrics.</summary>
    /// <param name="weights">Metrics by name or index with their weights; those left out have 0.</param>
    /// <inheritdoc cref="Weighted(ReadOnlySpan{double})" path="/remarks"/>
    /// <exception cref="ArgumentException">There is no such metric, one is named twice, or weights are out of range.</exception>
    /// <exception cref="InvalidOperationException">There is no trial.</exception>
    public TrialRecord Weighted(params ReadOnlySpan<(Metric Metric, double Weight)> weights)
    {
        var each = new double[Directions.Count];
        int[] named = Named(weights, nameof(weights));
        for (int i = 0; i < named.Length; i++) each[named[i]] = weights[i].Weight;
        return Weighted(each);
    }

    /// <summary>The trial that is best in the first metric; among equal ones best in the second; and so on.</summary>
    /// <param name="order">At least one metric by name or index, the most important first.</param>
    /// <exception cref="ArgumentException">There is no such metric, none is named, or one is named twice.</exception>
    /// <exception cref="InvalidOperationException">There is no trial.</exception>
    public TrialRecord Lexicographic(params ReadOnlySpan<Metric> order)
    {
        var exact = new (Metric, double)[order.Length];
        for (int i = 0; i < exact.Length; i++) exact[i] = (order[i], 0);
        return Lexicographic(exact);
    }

    /// <summary>The trial that is best by metrics in order of importance, where values within a tolerance of the best count as equal.</summary>
    /// <param name="order">At least one metric by name or index, the most important first, with its tolerance: finite, 0 or more, in the metric's unit.</param>
    /// <remarks>Of the trials that are within the tolerance of the best in the first metric, those within the tolerance of the best of them in the second, and so on;
    /// of those left in the end the best one by the same order without tolerances.</remarks>
    /// <exception cref="ArgumentException">There is no such metric, none is named, one is named twice, or a tolerance is below 0 or not finite.</exception>
    /// <exception cref="InvalidOperationException">There is no trial.</exception>
    public TrialRecord Lexicographic(params ReadOnlySpan<(Metric Metric, double Tolerance)> order)
    {
        if (order.IsEmpty) throw new ArgumentException("There is no metric to choose by. Name at least one.", nameof(order));
        Named(order, nameof(order));
        ThrowIfEmpty();
        ParetoFront left = this;
        foreach ((Metric metric, double tolerance) in order) left = left.NearBest(metric, tolerance);
        foreach ((Metric metric, _) in order) left = left.NearBest(metric, 0);
        return left[0];
    }

    /// <summary>The trial with the least score of its scaled metrics; of equal ones the first.</summary>
    private TrialRecord Least(Func<double[], double> score)
    {
        ThrowIfEmpty();
        var ranges = new MetricRange[Directions.Count];
        for (int k = 0; k < ranges.Length; k++) ranges[k] = MetricRange.Of(Array.ConvertAll(_trials, trial => Directions[k].ToLoss(trial.Values[k])));
        var scaled = new double[ranges.Length];
        int chosen = 0;
        double least = double.PositiveInfinity;
        for (int i = 0; i < _trials.Length; i++)
        {
            for (int k = 0; k < scaled.Length; k++) scaled[k] = ranges[k].Scaled(Directions[k].ToLoss(_trials[i].Values[k]));
            double sum = score(scaled);
            if (sum < least) (chosen, least) = (i, sum);
        }
        return _trials[chosen];
    }

    /// <summary>The indices of metrics, each of which may be named once.</summary>
    private int[] Named(ReadOnlySpan<(Metric Metric, double)> metrics, string argument)
    {
        var named = new int[metrics.Length];
        for (int i = 0; i < named.Length; i++)
        {
            int k = IndexOf(metrics[i].Metric);
            if (named.AsSpan(0, i).Contains(k)) throw new ArgumentException($"The metric {metrics[i].Metric} is named twice. Name it once.", argument);
            named[i] = k;
        }
        return named;
    }

    private void ThrowIfEmpty()
    {
        if (Count > 0) return;
        throw new InvalidOperationException(Whole.Count == 0
            ? $"The study '{_study.Name}' has no complete feasible trial yet, so there is none to choose. Look at Count first."
            : $"None of the {Whole.Count} best trials of the study '{_study.Name}' has {_limits}, so there is none to choose. Loosen a limit, or look at Count first.");
    }
}
