using System.CommandLine;
using HyperTune.Cli.Input;
using HyperTune.Cli.Output;
using HyperTune.Storage;

namespace HyperTune.Cli.Commands;

/// <summary>Reads studies that an export wrote.</summary>
internal static class ImportCommand
{
    public static Command Create(CliHost host, StorageOption storage)
    {
        var file = new Argument<string>("file") { Description = "A JSON file of an export; - for the standard input.", HelpName = "FILE" };
        Option<string[]> studies = StudyOption.Several();
        var command = new Command("import", "Read studies of an export into a storage, which is made when there is none. Names must be free.") { file, studies };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            StorageUrl target = storage.UrlOf(parsed);
            // All that can be wrong with the file shows in memory, before a storage is made for it.
            var read = new InMemoryStorage(host.Time);
            await using (read.ConfigureAwait(false))
            {
                await ReadAsync(read, parsed.GetValue(file)!, StudyOption.NamesOf(parsed, studies), cancellationToken).ConfigureAwait(false);
                IStorage written = await storage.OpenAsync(target, new(), cancellationToken).ConfigureAwait(false);
                await using (written.ConfigureAwait(false))
                    return await MovedOutput.WriteAsync(host, "Imported", await StudyArchive.CopyAsync(read, written, null, cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
            }
        });
        return command;

        async Task ReadAsync(InMemoryStorage into, string path, string[]? names, CancellationToken cancellationToken)
        {
            Stream stream = path == "-" ? host.OpenInput() : File.OpenRead(path);
            await using (stream.ConfigureAwait(false))
            {
                try
                {
                    await StudyArchive.ReadAsync(into, stream, names, cancellationToken).ConfigureAwait(false);
                }
                catch (StudyNotFoundException exception)
                {
                    throw new FailureException($"The file holds no study '{exception.Name}'.", exception);
                }
                catch (ArgumentException exception)
                {
                    // What a storage refuses is in the file, not on the command line.
                    throw new FailureException($"The file holds what a storage refuses: {exception.Message}", exception);
                }
            }
        }
    }
}
