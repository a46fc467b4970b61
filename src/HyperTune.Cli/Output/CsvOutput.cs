namespace HyperTune.Cli.Output;

/// <summary>Comma-separated lines as RFC 4180 describes them.</summary>
internal static class CsvOutput
{
    private static readonly System.Buffers.SearchValues<char> Special = System.Buffers.SearchValues.Create("\",\r\n");

    public static async Task WriteAsync(TextWriter writer, IReadOnlyList<string> cells, CancellationToken cancellationToken) =>
        await writer.WriteAsync((string.Join(',', cells.Select(Quote)) + "\r\n").AsMemory(), cancellationToken).ConfigureAwait(false);

    private static string Quote(string cell) => cell.AsSpan().ContainsAny(Special) ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
