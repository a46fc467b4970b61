using System.CommandLine;
using System.Text;
using HyperTune.Cli.Input;
using HyperTune.Cli.Output;
using HyperTune.History;
using HyperTune.Storage;

namespace HyperTune.Cli.Commands;

/// <summary>Writes studies as JSON, or the trials of one as CSV.</summary>
internal static class ExportCommand
{
    public static Command Create(CliHost host, StorageOption storage)
    {
        Option<string[]> studies = StudyOption.Several();
        var format = new Option<string>("--format", "-f") { Description = "json: studies with all that is known, for import; csv: the trials of one study.", DefaultValueFactory = _ => "json" };
        format.AcceptOnlyFromAmong("json", "csv");
        var path = new Option<string?>("--output", "-o") { Description = "The file to write; one that is there is replaced once all is written. Without it, the standard output.", HelpName = "FILE" };
        var command = new Command("export", "Write studies as JSON, or the trials of one study as CSV.") { studies, format, path };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            IStorage opened = await storage.ReadAsync(parsed, cancellationToken).ConfigureAwait(false);
            await using (opened.ConfigureAwait(false))
            {
                string[]? names = StudyOption.NamesOf(parsed, studies);
                string? file = parsed.GetValue(path);
                StudyDelta? table = parsed.GetValue(format) == "json" ? null : await ReadOneAsync(opened, names, cancellationToken).ConfigureAwait(false);
                if (file is not null) return await OutputFile.WriteAsync(file, WriteAsync).ConfigureAwait(false);
                Stream output = host.OpenOutput();
                await using (output.ConfigureAwait(false)) return await WriteAsync(output).ConfigureAwait(false);

                async Task<int> WriteAsync(Stream stream)
                {
                    if (table is null)
                    {
                        StudyArchiveResult result = await StudyArchive.WriteAsync(opened, stream, names, cancellationToken).ConfigureAwait(false);
                        return await UnreadableOutput.WriteAsync(host, result.Unreadable).ConfigureAwait(false);
                    }
                    await WriteCsvAsync(stream, table, cancellationToken).ConfigureAwait(false);
                    return await UnreadableOutput.WriteAsync(host, table.Unreadable.Select(trial => KeyValuePair.Create(table.Study!.Name, trial))).ConfigureAwait(false);
                }
            }
        });
        return command;
    }

    private static async Task<StudyDelta> ReadOneAsync(IStorage storage, string[]? names, CancellationToken cancellationToken)
    {
        names ??= [.. (await storage.ListStudiesAsync(cancellationToken).ConfigureAwait(false)).Select(summary => summary.Study.Name)];
        if (names.Length != 1) throw new UsageException($"CSV holds the trials of one study, but there are {CellText.Of(names.Length)}. Give --study once.");
        return await TrialsCommand.ReadAsync(storage, names[0], cancellationToken).ConfigureAwait(false);
    }

    private static async Task WriteCsvAsync(Stream stream, StudyDelta table, CancellationToken cancellationToken)
    {
        var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        await using (writer.ConfigureAwait(false))
        {
            var columns = TrialColumns.Full(table.Study!, table.Trials);
            await CsvOutput.WriteAsync(writer, columns.Names, cancellationToken).ConfigureAwait(false);
            foreach (TrialRecord trial in table.Trials) await CsvOutput.WriteAsync(writer, columns.Row(trial), cancellationToken).ConfigureAwait(false);
        }
    }
}
