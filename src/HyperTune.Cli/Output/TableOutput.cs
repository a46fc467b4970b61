using Spectre.Console;

namespace HyperTune.Cli.Output;

/// <summary>Rows for people at a terminal, or for the next program of a pipe.</summary>
internal static class TableOutput
{
    public static async Task WriteAsync(CliHost host, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        if (!host.IsOutputTerminal)
        {
            await host.Out.WriteLineAsync(string.Join('\t', columns.Select(CellText.Printable))).ConfigureAwait(false);
            foreach (IReadOnlyList<string> row in rows) await host.Out.WriteLineAsync(string.Join('\t', row.Select(CellText.Printable))).ConfigureAwait(false);
            return;
        }
        var table = new Table().RoundedBorder();
        foreach (string column in columns) table.AddColumn(new TableColumn(new Text(CellText.Printable(column))));
        foreach (IReadOnlyList<string> row in rows) table.AddRow(row.Select(cell => new Text(CellText.Printable(cell))));
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(host.Out) }).Write(table);
    }
}
