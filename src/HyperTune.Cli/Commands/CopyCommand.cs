using System.CommandLine;
using HyperTune.Cli.Input;
using HyperTune.Cli.Output;
using HyperTune.Storage;

namespace HyperTune.Cli.Commands;

/// <summary>Copies studies between two storages.</summary>
internal static class CopyCommand
{
    public static Command Create(CliHost host, StorageOption storage)
    {
        var from = new Option<string?>("--from") { Description = "The storage to read. Without it, that of --storage.", HelpName = "URL" };
        var to = new Option<string>("--to") { Description = "The storage to write, which is made when there is none.", HelpName = "URL", Required = true };
        Option<string[]> studies = StudyOption.Several();
        var command = new Command("copy", "Copy studies from one storage to another. Names must be free there.") { from, to, studies };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            StorageUrl source = parsed.GetValue(from) is { } url ? storage.UrlOf(url) : storage.UrlOf(parsed);
            StorageUrl target = storage.UrlOf(parsed.GetValue(to)!);
            IStorage read = await storage.OpenAsync(source, new() { IsReadOnly = true, MustExist = true }, cancellationToken).ConfigureAwait(false);
            await using (read.ConfigureAwait(false))
            {
                string[]? names = StudyOption.NamesOf(parsed, studies);
                // Before a storage is made for them.
                foreach (string name in names ?? []) if (await read.FindStudyAsync(name, cancellationToken).ConfigureAwait(false) is null) throw new StudyNotFoundException(name);
                if (names is null) await read.ListStudiesAsync(cancellationToken).ConfigureAwait(false);
                IStorage written = await storage.OpenAsync(target, new(), cancellationToken).ConfigureAwait(false);
                await using (written.ConfigureAwait(false))
                {
                    return await MovedOutput.WriteAsync(host, "Copied", await StudyArchive.CopyAsync(read, written, names, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
                }
            }
        });
        return command;
    }
}
