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
        using var reader = new StreamReader(stream);
        AttributeValue archive = AttributeValue.Parse(await reader.ReadToEndAsync(cancellationToken).ConfigureAwait(false));
        archive.TryGetMember("studies", out AttributeValue? studies);
        studies!.Items[0].TryGetMember("trials", out AttributeValue? trials);
        await WriteArrayAsync(host, trials!.Items.Where(trial => trial.TryGetMember("number", out AttributeValue? number) && isChosen((int)number.AsInt64()))).ConfigureAwait(false);
    }

    /// <summary>Writes an array with one item a line.</summary>
    public static async Task WriteArrayAsync(CliHost host, IEnumerable<AttributeValue> items)
    {
        string[] lines = [.. items.Select(item => item.ToJson())];
        await host.Out.WriteLineAsync(lines.Length == 0 ? "[]" : $"[\n{string.Join(",\n", lines)}\n]").ConfigureAwait(false);
    }
}
