using HyperTune.History;
using HyperTune.Pareto;

namespace HyperTune.Samplers.Gp;

/// <summary>What a model is fitted to: the complete trials that have all parameters, in order of number, and points of trials that ended without a value or still run.</summary>
/// <remarks>In order of number, since rows arrive in another order in every process.</remarks>
internal sealed class GpTrials
{
    // Trials without a value only keep the search from their places; more than the newest are not worth their cost.
    private const int MostUnvalued = 32;
    private const int MostRunning = 64;

    private GpTrials(int[] rows, double[][] points, double[][] losses, double[][] errors, double[][] constraints, double[] violations, IReadOnlyList<double[]> unvalued, IReadOnlyList<double[]> failed, IReadOnlyList<double[]> running)
    {
        Rows = rows;
        Points = points;
        Losses = losses;
        Errors = errors;
        Constraints = constraints;
        Violations = violations;
        Unvalued = unvalued;
        Failed = failed;
        Running = running;
    }

    /// <summary>The rows of the history.</summary>
    public int[] Rows { get; }

    /// <summary>The number of complete trials.</summary>
    public int Count => Rows.Length;

    /// <summary>A point for each.</summary>
    public double[][] Points { get; }

    /// <summary>By objective, a loss for each, infinite ones included.</summary>
    public double[][] Losses { get; }

    /// <summary>By objective, the standard error of each loss, 0 where none was reported; empty where no trial has one.</summary>
    public double[][] Errors { get; }

    /// <summary>By constraint, a value for each; 0 where a trial lacks it.</summary>
    public double[][] Constraints { get; }

    /// <summary>The sum of each one's violated constraints.</summary>
    public double[] Violations { get; }

    /// <summary>Points of the newest trials that ended without a value and so count against their places: pruned ones, and failed ones if failures are avoided.</summary>
    public IReadOnlyList<double[]> Unvalued { get; }

    /// <summary>Points of the newest failed trials of which nothing is believed but that they were tried.</summary>
    public IReadOnlyList<double[]> Failed { get; }

    /// <summary>Points of the newest running trials.</summary>
    public IReadOnlyList<double[]> Running { get; }

    /// <summary>All points that were tried.</summary>
    public IEnumerable<double[]> Tried => Points.Concat(Unvalued).Concat(Failed).Concat(Running);

    /// <summary>Collects the trials of a branch.</summary>
    /// <param name="history">The study.</param>
    /// <param name="branch">The branch.</param>
    /// <param name="number">The trial that is being proposed, which is not one of the running ones.</param>
    /// <param name="avoidsFailures">Whether a failure counts against its place.</param>
    public static GpTrials Of(StudyHistory history, GpBranch branch, int number, bool avoidsFailures)
    {
        int n = history.Count;
        ReadOnlySpan<TrialState> states = history.States;
        double[]?[] points = PointsOf(history, branch);
        int[] order = new int[n], keys = history.Numbers.ToArray();
        for (int row = 0; row < n; row++) order[row] = row;
        Array.Sort(keys, order);
        List<int> rows = [];
        List<double[]> unvalued = [], failed = [];
        foreach (int row in order)
        {
            if (points[row] is not { } point) continue;
            if (states[row] == TrialState.Complete) rows.Add(row);
            else if (states[row] == TrialState.Pruned || (avoidsFailures && history[row].IsFailureOfObjective)) unvalued.Add(point);
            else failed.Add(point);
        }
        var losses = new double[history.Directions.Count][];
        for (int k = 0; k < losses.Length; k++)
        {
            ReadOnlySpan<double> values = history.Values(k);
            losses[k] = new double[rows.Count];
            for (int i = 0; i < rows.Count; i++) losses[k][i] = history.Directions[k].ToLoss(values[rows[i]]);
        }
        ReadOnlySpan<double> allViolations = history.Violations;
        var violations = new double[rows.Count];
        for (int i = 0; i < rows.Count; i++) violations[i] = allViolations[rows[i]];
        double[][] running = [.. history.Running.Where(trial => trial.Number != number).Select(trial => branch.PointOf(trial.Parameters)).OfType<double[]>()];
        return new(
            [.. rows], [.. rows.Select(row => points[row]!)], losses, ErrorsOf(history, rows), ConstraintsOf(history, rows), violations,
            [.. unvalued.TakeLast(MostUnvalued)], [.. failed.TakeLast(MostUnvalued)], [.. running.TakeLast(MostRunning)]);
    }

    /// <summary>Whether a trial holds all constraints.</summary>
    public bool IsFeasible(int index) => !(Violations[index] > 0);

    /// <summary>The trial with the least loss of one objective: of the feasible ones, or of those with the least violation. The first among equals.</summary>
    public int BestOf(ReadOnlySpan<double> losses)
    {
        int best = 0;
        for (int i = 1; i < losses.Length; i++)
        {
            double violation = Math.Max(0, Violations[i]), least = Math.Max(0, Violations[best]);
            if (violation < least || (violation == least && losses[i] < losses[best])) best = i;
        }
        return best;
    }

    /// <summary>The same with some of the complete trials only.</summary>
    public GpTrials Only(int[] indices)
    {
        return new(Pick(Rows), Pick(Points), [.. Losses.Select(Pick)], [.. Errors.Select(errors => errors.Length == 0 ? errors : Pick(errors))], [.. Constraints.Select(Pick)], Pick(Violations), Unvalued, Failed, Running);

        T[] Pick<T>(T[] values) => [.. indices.Select(index => values[index])];
    }

    /// <summary>The point of each row that lies in the branch and has all parameters.</summary>
    private static double[]?[] PointsOf(StudyHistory history, GpBranch branch)
    {
        GpSpace space = branch.Space;
        double[]?[] points = PointsOf(history, space);
        foreach ((string name, double[] allowed) in branch.Conditions)
        {
            if (!history.TryGetParameter(name, out ParameterColumn column)) return new double[]?[history.Count];
            ReadOnlySpan<int> rows = column.Rows;
            ReadOnlySpan<double> values = column.Values;
            for (int entry = 0, next = 0; next < points.Length; next++)
            {
                bool isInside = entry < rows.Length && rows[entry] == next && allowed.Contains(values[entry]);
                if (entry < rows.Length && rows[entry] == next) entry++;
                if (!isInside) points[next] = null;
            }
        }
        return points;
    }

    /// <summary>The point of each row that has all parameters.</summary>
    private static double[]?[] PointsOf(StudyHistory history, GpSpace space)
    {
        int d = space.Space.Count;
        var points = new double[]?[history.Count];
        if (d == 0) Array.Fill(points, []);
        for (int j = 0; j < d; j++)
        {
            if (!history.TryGetParameter(space.Space[j].Name, out ParameterColumn column)) return new double[]?[history.Count];
            ReadOnlySpan<int> rows = column.Rows;
            ReadOnlySpan<double> values = column.Values;
            int next = 0;
            for (int entry = 0; entry < rows.Length; entry++)
            {
                for (; next < rows[entry]; next++) points[next] = null;
                next = rows[entry] + 1;
                if (j > 0 && points[rows[entry]] is null) continue;
                if (!space.Takes(j, column.DistributionAt(entry), values[entry]))
                {
                    points[rows[entry]] = null;
                    continue;
                }
                (points[rows[entry]] ??= new double[d])[j] = space.Encode(j, values[entry]);
            }
            for (; next < points.Length; next++) points[next] = null;
        }
        return points;
    }

    private static double[][] ErrorsOf(StudyHistory history, List<int> rows)
    {
        var all = new double[history.Directions.Count][];
        for (int k = 0; k < all.Length; k++)
        {
            ReadOnlySpan<double> errors = history.StandardErrors(k);
            all[k] = new double[rows.Count];
            bool hasAny = false;
            for (int i = 0; i < rows.Count; i++)
            {
                double error = errors[rows[i]];
                if (!(error > 0) || !double.IsFinite(error)) continue;
                all[k][i] = error;
                hasAny = true;
            }
            if (!hasAny) all[k] = [];
        }
        return all;
    }

    private static double[][] ConstraintsOf(StudyHistory history, List<int> rows)
    {
        var constraints = new SortedDictionary<string, double[]>(StringComparer.Ordinal);
        for (int i = 0; i < rows.Count; i++)
        {
            foreach ((string name, double value) in history[rows[i]].Constraints)
            {
                if (!constraints.TryGetValue(name, out double[]? values)) constraints.Add(name, values = new double[rows.Count]);
                values[i] = value;
            }
        }
        return [.. constraints.Values];
    }
}
