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
            string path = parsed.GetValue(file)!;
            Stream stream = path == "-" ? host.OpenInput() : File.OpenRead(path);
            await using (stream.ConfigureAwait(false))
            {
                IStorage opened = await storage.MakeAsync(parsed, cancellationToken).ConfigureAwait(false);
                await using (opened.ConfigureAwait(false))
                {
                    try
                    {
                        return await MovedOutput.WriteAsync(host, "Imported", await StudyArchive.ReadAsync(opened, stream, StudyOption.NamesOf(parsed, studies), cancellationToken).ConfigureAwait(false)).ConfigureAwait(false);
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
        });
        return command;
    }
}
