using System.CommandLine;
using HyperTune.Storage;

namespace HyperTune.Cli.Commands;

/// <summary>Brings a storage to the present revision.</summary>
internal static class UpgradeCommand
{
    public static Command Create(CliHost host, StorageOption storage)
    {
        var command = new Command("upgrade", "Bring a storage to the present revision, and add what makes it fast.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            StorageUrl url = storage.UrlOf(parsed);
            IStorage opened = await storage.OpenAsync(url, new() { MustExist = true, UpgradeSchema = true }, cancellationToken).ConfigureAwait(false);
            await using (opened.ConfigureAwait(false)) await host.Out.WriteLineAsync($"{url} is up to date.").ConfigureAwait(false);
            return ExitCode.Success;
        });
        return command;
    }
}
