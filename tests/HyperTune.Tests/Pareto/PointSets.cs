using CsCheck;

namespace HyperTune.Tests.Pareto;

/// <summary>Sets of points for properties: losses by rows, on coarse grids (ties, repeated points) and fine ones.</summary>
/// <param name="Rows">One row for each point.</param>
/// <param name="Objectives">The length of each row.</param>
internal sealed record PointSet(double[][] Rows, int Objectives)
{
    public double[] Flat => [.. Rows.SelectMany(row => row)];

    public override string ToString() => $"{Objectives} objectives: " + string.Join("; ", Rows.Select(row => string.Join(' ', row.Select(value => value.ToString("R")))));
}

internal static class PointSets
{
    /// <summary>Sets of up to so many points with losses from 0 to 1.</summary>
    public static Gen<PointSet> Of(int leastObjectives, int mostObjectives, int mostPoints) =>
        from objectives in Gen.Int[leastObjectives, mostObjectives]
        from grid in Gen.OneOf(3, 8, 1_000_000)
        from rows in Gen.Int[0, grid].Select(value => (double)value / grid).Array[objectives].Array[0, mostPoints]
        select new PointSet(rows, objectives);

    /// <summary>Sets in which some losses are infinite.</summary>
    public static Gen<PointSet> WithInfinities(int leastObjectives, int mostObjectives, int mostPoints) =>
        from objectives in Gen.Int[leastObjectives, mostObjectives]
        from rows in Gen.Frequency((8, Gen.Int[0, 4].Select(value => value / 4.0)), (1, Gen.OneOf(double.NegativeInfinity, double.PositiveInfinity))).Array[objectives].Array[0, mostPoints]
        select new PointSet(rows, objectives);

    /// <summary>By the definition: at least as good everywhere, better somewhere.</summary>
    public static bool Dominates(double[] a, double[] b)
    {
        bool isBetter = false;
        for (int k = 0; k < a.Length; k++)
        {
            if (a[k] > b[k]) return false;
            isBetter |= a[k] < b[k];
        }
        return isBetter;
    }

    /// <summary>Hypervolume by cells between all coordinates: exact, and exponential in the number of objectives.</summary>
    public static double CellVolume(IReadOnlyList<double[]> rows, double[] reference, int objective = 0)
    {
        if (rows.Count == 0) return 0;
        if (objective == reference.Length) return 1;
        double[] cuts = [.. rows.Select(row => row[objective]).Where(value => value < reference[objective]).Distinct().Order(), reference[objective]];
        double volume = 0;
        for (int i = 0; i + 1 < cuts.Length; i++)
            volume += (cuts[i + 1] - cuts[i]) * CellVolume([.. rows.Where(row => row[objective] <= cuts[i])], reference, objective + 1);
        return volume;
    }
}
