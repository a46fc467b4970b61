using System.Runtime.InteropServices;
using HyperTune.History;
using HyperTune.Pareto;
using HyperTune.Pareto.Volumes;

namespace HyperTune;

/// <summary>The hypervolume of trials or points: the volume of all that they dominate and that dominates a reference point. The larger, the better a front.</summary>
/// <remarks>
/// <para>One number for the progress of a study with several objectives, or to compare two studies, with one and the same reference point. It grows
/// whenever the front gets better anywhere. Units are those of the objectives multiplied, so scale objectives first if the number itself is to mean
/// something. Values and reference points are given as the objectives are, maximized ones included.</para>
/// <para>What does not lie beyond the reference point on the good side in each objective contributes nothing; dominated and repeated points change
/// nothing. An infinitely good value, or an infinitely bad coordinate of the reference point, makes the volume infinite.</para>
/// <para>O(n log n) with two and three objectives, about the square of n with four; beyond, it grows exponentially with the objectives.</para>
/// <para>Sources: E. Zitzler, L. Thiele, "Multiobjective Optimization Using Evolutionary Algorithms - A Comparative Case Study", 1998 (definition);
/// C. M. Fonseca, L. Paquete, M. López-Ibáñez, "An Improved Dimension-Sweep Algorithm for the Hypervolume Indicator", 2006; L. While, L. Bradstreet,
/// L. Barone, "A Fast Way of Calculating Exact Hypervolumes", 2012.</para>
/// </remarks>
public static class Hypervolume
{
    /// <summary>The hypervolume of points.</summary>
    /// <param name="points">Any number of points, each with one value for each objective.</param>
    /// <param name="directions">One direction for each objective.</param>
    /// <param name="referencePoint">One value for each objective, worse than what is to count.</param>
    /// <exception cref="ArgumentException">A point or the reference point has another number of values, or one is NaN.</exception>
    public static double Of(IEnumerable<IReadOnlyList<double>> points, IReadOnlyList<Direction> directions, params ReadOnlySpan<double> referencePoint)
    {
        Guard.NotNull(points);
        double[] reference = Reference(directions, referencePoint);
        var losses = new List<double>();
        foreach (IReadOnlyList<double> point in points) losses.AddRange(directions.ToLosses([.. Guard.NotNull(point)], $"point {losses.Count / reference.Length}"));
        return HypervolumeEngine.Volume(CollectionsMarshal.AsSpan(losses), reference);
    }

    /// <summary>The hypervolume of those of some trials that are complete and feasible.</summary>
    /// <param name="trials">Trials of a study.</param>
    /// <param name="directions">The study's directions.</param>
    /// <param name="referencePoint">One value for each objective, worse than what is to count.</param>
    /// <exception cref="ArgumentException">A trial or the reference point has another number of values, or one is NaN.</exception>
    public static double Of(IEnumerable<TrialRecord> trials, IReadOnlyList<Direction> directions, params ReadOnlySpan<double> referencePoint) =>
        Of(Guard.NotNull(trials).Where(trial => trial.State == TrialState.Complete && trial.IsFeasible).Select(trial => trial.Values), directions, referencePoint);

    /// <summary>The hypervolume after each complete trial, in ascending order of number: a study's progress.</summary>
    /// <param name="history">The study.</param>
    /// <param name="referencePoint">One value for each objective, worse than what is to count.</param>
    /// <returns>One point for each complete trial. Infeasible ones repeat the volume before.</returns>
    /// <exception cref="ArgumentException">The reference point has another number of values, or one is NaN.</exception>
    public static IReadOnlyList<HypervolumePoint> History(StudyHistory history, params ReadOnlySpan<double> referencePoint)
    {
        Guard.NotNull(history);
        var volume = new GrowingVolume(Reference(history.Directions, referencePoint));
        int[] rows = [.. Complete(history)], numbers = Array.ConvertAll(rows, row => history.Numbers[row]);
        Array.Sort(numbers, rows);
        var points = new HypervolumePoint[rows.Length];
        Span<double> losses = new double[history.Directions.Count];
        for (int i = 0; i < rows.Length; i++)
        {
            Read(history, rows[i], losses);
            if (history.Violations[rows[i]] <= 0) volume.Add(losses);
            points[i] = new(numbers[i], volume.Value);
        }
        return points;
    }

    /// <summary>A reference point for a study as it is: a tenth of its size beyond the worst value that a feasible complete trial has in each objective.</summary>
    /// <remarks>It moves while trials come in. To follow or compare studies, fix one: limits that no one would accept make a good one.</remarks>
    /// <exception cref="InvalidOperationException">There is no feasible complete trial yet.</exception>
    public static IReadOnlyList<double> ReferencePointOf(StudyHistory history)
    {
        int objectives = Guard.NotNull(history).Directions.Count;
        int[] rows = [.. Complete(history).Where(row => history.Violations[row] <= 0)];
        if (rows.Length == 0) throw new InvalidOperationException($"The study '{history.Study.Name}' has no complete feasible trial yet, so nothing to lie beyond of. Name a reference point.");
        var losses = new double[rows.Length * objectives];
        for (int i = 0; i < rows.Length; i++) Read(history, rows[i], losses.AsSpan(i * objectives, objectives));
        return [.. ReferencePoint.Of(losses, objectives).Select((loss, k) => history.Directions[k].ToLoss(loss))];
    }

    private static double[] Reference(IReadOnlyList<Direction> directions, ReadOnlySpan<double> referencePoint) =>
        Guard.NotNullOrEmpty(directions).ToLosses(referencePoint, "reference point");

    /// <summary>The rows of complete trials with all values.</summary>
    private static IEnumerable<int> Complete(StudyHistory history)
    {
        for (int row = 0; row < history.Count; row++)
        {
            bool isComplete = history.States[row] == TrialState.Complete;
            for (int k = 0; k < history.Directions.Count; k++) isComplete &= !double.IsNaN(history.Values(k)[row]);
            if (isComplete) yield return row;
        }
    }

    private static void Read(StudyHistory history, int row, Span<double> losses)
    {
        for (int k = 0; k < losses.Length; k++) losses[k] = history.Directions[k].ToLoss(history.Values(k)[row]);
    }
}
