namespace HyperTune.Benchmarks.Ratios;

/// <summary>One figure: what was measured, against what, and what it should be.</summary>
/// <param name="Figure">What was measured, understandable alone.</param>
/// <param name="Measured">With its unit.</param>
/// <param name="Floor">With its unit; a dash where there is none.</param>
/// <param name="Ratio">Measured over floor; null where there is none.</param>
/// <param name="Goal">In words; empty where there is none.</param>
/// <param name="IsMet">Null where there is no goal.</param>
internal sealed record RatioRow(string Figure, string Measured, string Floor, double? Ratio, string Goal, bool? IsMet);

/// <summary>Prints figures as an aligned table, each part as soon as it is known.</summary>
internal sealed class RatioTable(TextWriter output)
{
    private static readonly string[] Head = ["figure", "measured", "floor", "ratio", "goal", "met?"];

    private readonly List<RatioRow> _rows = [];

    public void Add(RatioRow row)
    {
        _rows.Add(row);
        Console.Error.WriteLine($"  … {row.Figure}: {row.Measured}");
    }

    public void Write()
    {
        string[][] cells = [Head, .. _rows.Select(Cells)];
        int[] widths = [.. Enumerable.Range(0, Head.Length).Select(column => cells.Max(row => row[column].Length))];
        foreach (string[] row in cells)
        {
            output.WriteLine(string.Join(" | ", row.Select((cell, column) => column is 0 or 4 or 5 ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).TrimEnd());
            if (ReferenceEquals(row, cells[0])) output.WriteLine(string.Join("-|-", widths.Select(width => new string('-', width))));
        }
    }

    private static string[] Cells(RatioRow row) =>
        [row.Figure, row.Measured, row.Floor, row.Ratio is { } ratio ? Amounts.Number(ratio) : "-", row.Goal, row.IsMet switch { true => "yes", false => "NO", _ => "" }];
}
