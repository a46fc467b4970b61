using System.Text.Json;
using HyperTune.Storage;

namespace HyperTune.Cli.Output;

/// <summary>Trials as JSON, in the very form that an export has.</summary>
internal static class TrialJson
{
    /// <summary>Writes an array with the trials of a study that are chosen by number.</summary>
    public static async Task WriteAsync(CliHost host, IStorage storage, string study, Func<int, bool> isChosen, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream();
        await StudyArchive.WriteAsync(storage, stream, [study], cancellationToken).ConfigureAwait(false);
        stream.Position = 0;
        // The file's own nesting comes on top of that of attributes.
        using JsonDocument archive = await JsonDocument.ParseAsync(stream, new JsonDocumentOptions { MaxDepth = 2 * AttributeValue.MaxDepth }, cancellationToken).ConfigureAwait(false);
        JsonElement trials = archive.RootElement.GetProperty("studies")[0].GetProperty("trials");
        await WriteLinesAsync(host, trials.EnumerateArray().Where(trial => isChosen(trial.GetProperty("number").GetInt32())).Select(trial => trial.GetRawText())).ConfigureAwait(false);
    }

    /// <summary>Writes an array with one item a line.</summary>
    public static Task WriteArrayAsync(CliHost host, IEnumerable<AttributeValue> items) => WriteLinesAsync(host, items.Select(item => item.ToJson()));

    private static async Task WriteLinesAsync(CliHost host, IEnumerable<string> items)
    {
        string[] lines = [.. items];
        await host.Out.WriteLineAsync(lines.Length == 0 ? "[]" : $"[\n{string.Join(",\n", lines)}\n]").ConfigureAwait(false);
    }
}
