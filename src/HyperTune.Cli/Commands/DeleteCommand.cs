using System.CommandLine;
using HyperTune.Cli.Input;
using HyperTune.Cli.Output;
using HyperTune.History;
using HyperTune.Storage;

namespace HyperTune.Cli.Commands;

/// <summary>Deletes a study.</summary>
internal static class DeleteCommand
{
    public static Command Create(CliHost host, StorageOption storage)
    {
        Option<string> study = StudyOption.One();
        var yes = new Option<bool>("--yes", "-y") { Description = "Do not ask." };
        var command = new Command("delete", "Delete a study with all its trials; asks first.") { study, yes };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            IStorage opened = await storage.ChangeAsync(parsed, cancellationToken).ConfigureAwait(false);
            await using (opened.ConfigureAwait(false))
            {
                string name = parsed.GetValue(study)!;
                StudyDelta found = await TrialsCommand.ReadAsync(opened, name, cancellationToken).ConfigureAwait(false);
                string what = CellText.Printable($"the study '{name}' with {CellText.Of(found.Trials.Count + found.Unreadable.Count)} trial(s)");
                if (!parsed.GetValue(yes))
                {
                    if (!host.IsInputTerminal) throw new UsageException($"Nobody can be asked whether to delete {what}. Give --yes.");
                    await host.Error.WriteAsync($"Delete {what} of {storage.UrlOf(parsed)}? It cannot be brought back. [y/N] ").ConfigureAwait(false);
                    string? answer = await host.In.ReadLineAsync(cancellationToken).ConfigureAwait(false);
                    if (answer?.Trim().ToUpperInvariant() is not ("Y" or "YES")) throw new FailureException("Nothing was deleted.");
                }
                await opened.DeleteStudyAsync(found.Study!.Id, cancellationToken).ConfigureAwait(false);
                await host.Out.WriteLineAsync($"Deleted {what}.").ConfigureAwait(false);
            }
            return ExitCode.Success;
        });
        return command;
    }
}
