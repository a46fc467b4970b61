using System.Collections;
using HyperTune.History;
using HyperTune.Pareto;

namespace HyperTune;

/// <summary>The best trials of a study, none of which dominates another, and ways to choose one of them. Immutable.</summary>
/// <remarks>
/// <para>Narrow it down by limits, then choose; each step gives a smaller front or one trial:</para>
/// <code>
/// TrialRecord best = study.BestTrials.Where("accuracy", atLeast: 0.90).Where("latency", atMost: 50).Knee();
/// </code>
/// <para>Directions are respected everywhere: limits are written in the metric's own unit, and "best" is the largest value of a maximized one.
/// Rules that add different metrics scale each over the trials at hand, from 0 (the best value among them) to 1 (the worst); a metric in which all
/// agree counts 0, an infinitely good value as the best finite one, an infinitely bad one as worse than all. Of equally good trials the one with the
/// lowest number is chosen.</para>
/// <para>Only trials of the front are looked at. For a limit on the bad side of a metric, such as an accuracy of at most 0.9, a trial that another
/// one dominates may be the better answer; look for it in <see cref="Study.Trials"/>.</para>
/// </remarks>
public sealed partial class ParetoFront : IReadOnlyList<TrialRecord>
{
    private readonly StudyRecord _study;
    private readonly TrialRecord[] _trials;
    private readonly ParetoFront? _whole;
    private readonly string _limits;

    private ParetoFront(StudyRecord study, TrialRecord[] trials, ParetoFront? whole, string limits)
    {
        _study = study;
        _trials = trials;
        _whole = whole;
        _limits = limits;
    }

    /// <summary>One direction for each metric.</summary>
    public IReadOnlyList<Direction> Directions => _study.Directions;

    /// <summary>One name for each metric; empty when they have none.</summary>
    public IReadOnlyList<string> MetricNames => _study.MetricNames;

    /// <summary>The number of trials.</summary>
    public int Count => _trials.Length;

    /// <summary>A trial, in ascending order of number.</summary>
    public TrialRecord this[int index] => _trials[index];

    /// <summary>The complete and feasible trials of a history that no other one dominates. With one objective the best trial alone, of equal ones that with the lowest number.</summary>
    public static ParetoFront Of(StudyHistory history) => new(Guard.NotNull(history).Study, Pareto.BestTrials.Of(history), null, "");

    /// <summary>The trials within limits of one metric. At least one limit has to be given; both are inclusive.</summary>
    /// <param name="metric">A name, or an index from 0.</param>
    /// <param name="atLeast">The smallest value; null for any.</param>
    /// <param name="atMost">The largest value; null for any.</param>
    /// <exception cref="ArgumentException">There is no such metric, no limit, a limit is NaN, or the smallest value is above the largest.</exception>
    public ParetoFront Where(Metric metric, double? atLeast = null, double? atMost = null)
    {
        int k = IndexOf(metric);
        if (atLeast is null && atMost is null) throw new ArgumentException($"There is no limit for {metric}. Give atLeast, atMost or both.", nameof(atLeast));
        double low = Guard.AtLeast(atLeast ?? double.NegativeInfinity, double.NegativeInfinity, nameof(atLeast));
        double high = Guard.AtLeast(atMost ?? double.PositiveInfinity, low, nameof(atMost));
        string limit = $"{metric}{(atLeast is null ? "" : $" ≥ {Guard.Show(low)}")}{(atMost is null ? "" : $" ≤ {Guard.Show(high)}")}";
        return Narrowed(trial => trial.Values[k] >= low && trial.Values[k] <= high, limit);
    }

    /// <summary>The trials that satisfy a condition, for instance on parameters or user attributes.</summary>
    public ParetoFront Where(Func<TrialRecord, bool> condition) => Narrowed(Guard.NotNull(condition), "a condition");

    /// <summary>The trials whose metric is at most so much worse than the best among them.</summary>
    /// <param name="metric">A name, or an index from 0.</param>
    /// <param name="within">The tolerance in the metric's unit: finite, 0 or more.</param>
    /// <exception cref="ArgumentException">There is no such metric, or the tolerance is below 0 or not finite.</exception>
    public ParetoFront NearBest(Metric metric, double within)
    {
        int k = IndexOf(metric);
        Guard.AtLeast(Guard.Finite(within), 0);
        double limit = BestLoss(k) + within;
        // An infinitely good value has no finite neighbours, whatever the tolerance.
        return Narrowed(trial => Directions[k].ToLoss(trial.Values[k]) <= limit, $"{metric} within {Guard.Show(within)} of the best");
    }

    /// <summary>The hypervolume of the trials.</summary>
    /// <param name="referencePoint">One value for each metric, worse than what is to count.</param>
    /// <exception cref="ArgumentException">The reference point has another number of values, or one is NaN.</exception>
    /// <seealso cref="HyperTune.Hypervolume"/>
    public double Hypervolume(params ReadOnlySpan<double> referencePoint) => HyperTune.Hypervolume.Of(_trials, Directions, referencePoint);

    /// <inheritdoc/>
    public IEnumerator<TrialRecord> GetEnumerator() => ((IEnumerable<TrialRecord>)_trials).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The number of trials and the limits that they keep.</summary>
    public override string ToString() => _limits.Length == 0 ? $"{Count} trial(s)" : $"{Count} of {Whole.Count} trial(s) with {_limits}";

    private ParetoFront Whole => _whole ?? this;

    private ParetoFront Narrowed(Func<TrialRecord, bool> condition, string limit) =>
        new(_study, Array.FindAll(_trials, trial => condition(trial)), Whole, _limits.Length == 0 ? limit : $"{_limits}, {limit}");

    private double BestLoss(int metric)
    {
        double best = double.PositiveInfinity;
        foreach (TrialRecord trial in _trials) best = Math.Min(best, Directions[metric].ToLoss(trial.Values[metric]));
        return best;
    }

    private int IndexOf(Metric metric) => Metric.IndexOf(metric, _study);
}
