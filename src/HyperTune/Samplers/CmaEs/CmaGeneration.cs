using HyperTune.History;
using HyperTune.Pareto;
using HyperTune.Samplers.Generations;
using HyperTune.Trials;

namespace HyperTune.Samplers.CmaEs;

/// <summary>The points of a generation as the engines take them, with their ranking.</summary>
/// <remarks>
/// Members lie where they were drawn. The best of the others, at most half as many as the population has, are injected, and so is the best trial of
/// earlier generations: pulled near to the mean so that they cannot upset the paths. Infeasible points come after feasible ones, by their violation; of equal ones the lower number comes first.
/// </remarks>
internal sealed class CmaGeneration
{
    // What rounding may change on the way to a parameter's value and back.
    private const double SameCoordinate = 1e-9;

    private CmaGeneration(double[] points, int[] choices, int[] ranking, double best, double worst)
    {
        Points = points;
        Choices = choices;
        Ranking = ranking;
        Best = best;
        Worst = worst;
    }

    public int Count => Ranking.Length;

    /// <summary>Row-major [points, coordinates].</summary>
    public double[] Points { get; }

    /// <summary>Row-major [points, categorical parameters].</summary>
    public int[] Choices { get; }

    /// <summary>Rows of the points, best first.</summary>
    public int[] Ranking { get; }

    /// <summary>The row of the best trial.</summary>
    public required int BestRow { get; init; }

    /// <summary>The least loss; infinity if no point is feasible.</summary>
    public double Best { get; }

    /// <summary>The largest loss, infinity if a point is infeasible.</summary>
    public double Worst { get; }

    public static CmaGeneration Of(CmaRun run, in ClosedGeneration generation)
    {
        StudyHistory history = generation.History;
        var ranks = new List<Rank>(generation.Members.Length + generation.Others.Length);
        foreach (int row in generation.Others) ranks.Add(Rank.Of(history, row));
        ranks.Sort();
        int injected = Math.Min(ranks.Count, run.Plan.Size / 2);
        ranks.RemoveRange(injected, ranks.Count - injected);
        if (run.BestRow is { } known)
        {
            ranks.Insert(0, Rank.Of(history, known));
            injected++;
        }
        foreach (int row in generation.Members) ranks.Add(Rank.Of(history, row));

        int d = run.Space.Dimension, variables = run.Space.Choices.Length;
        var points = new double[ranks.Count * d];
        var choices = new int[ranks.Count * variables];
        for (int i = 0; i < ranks.Count; i++)
        {
            TrialRecord trial = history[ranks[i].Row];
            run.Space.ToChoices(trial.Parameters, choices.AsSpan(i * variables, variables));
            Span<double> point = points.AsSpan(i * d, d);
            bool isKnown = i >= injected && TryReadCoordinates(trial, point);
            for (int k = 0; k < d; k++)
            {
                // A trial may have got another value than was drawn, such as one that is no repetition.
                double actual = run.Space.ToCoordinate(k, trial.Parameters);
                if (!isKnown || !(Math.Abs(run.Encode(k, point[k]) - actual) <= SameCoordinate)) point[k] = run.Decode(k, actual);
            }
            if (i < injected) run.Numeric.Pull(point);
        }
        var order = new int[ranks.Count];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(ranks.ToArray(), order);
        double best = double.PositiveInfinity, worst = double.NegativeInfinity;
        foreach (Rank rank in ranks)
        {
            best = Math.Min(best, rank.Loss);
            worst = Math.Max(worst, rank.Loss);
        }
        return new(points, choices, order, best, worst) { BestRow = ranks[order[0]].Row };
    }

    private static bool TryReadCoordinates(TrialRecord trial, Span<double> point)
    {
        if (!trial.SystemAttributes.TryGetValue(CmaScheme.CoordinatesKey, out AttributeValue? stored) || stored.Kind != AttributeKind.Array || stored.Items.Count != point.Length)
            return false;
        for (int i = 0; i < point.Length; i++)
        {
            if (!stored.Items[i].TryGetDouble(out point[i]) || !double.IsFinite(point[i])) return false;
        }
        return true;
    }

    private readonly record struct Rank(double Violation, double Loss, int Number, int Row) : IComparable<Rank>
    {
        public static Rank Of(StudyHistory history, int row)
        {
            double violation = Math.Max(0, history.Violations[row]);
            double value = history.States[row] == TrialState.Pruned ? ReportCurve.Of(history[row]).Values.LastValue : history.Values(0)[row];
            double loss = double.IsNaN(value) || violation > 0 ? double.PositiveInfinity : history.Directions[0].ToLoss(value);
            return new(violation, loss, history.Numbers[row], row);
        }

        public int CompareTo(Rank other)
        {
            int order = Violation.CompareTo(other.Violation);
            if (order == 0) order = Loss.CompareTo(other.Loss);
            return order != 0 ? order : Number.CompareTo(other.Number);
        }
    }
}
