using System.CommandLine;
using HyperTune.Cli.Input;
using HyperTune.Cli.Output;
using HyperTune.History;
using HyperTune.Storage;

namespace HyperTune.Cli.Commands;

/// <summary>Lists the trials of a study.</summary>
internal static class TrialsCommand
{
    public static Command Create(CliHost host, StorageOption storage)
    {
        Option<string> study = StudyOption.One();
        Option<bool> json = StudyOption.Json();
        var states = new Option<TrialState[]>("--state")
        {
            Description = "Only trials in this state; may be given several times.",
            AllowMultipleArgumentsPerToken = true,
            CustomParser = result => [.. result.Tokens.Select(token => StateInput.Read(token.Value, result)).OfType<TrialState>()],
            HelpName = StateInput.Names,
        };
        var command = new Command("trials", "List the trials of a study.") { study, states, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            IStorage opened = await storage.ReadAsync(parsed, cancellationToken).ConfigureAwait(false);
            await using (opened.ConfigureAwait(false))
            {
                string name = parsed.GetValue(study)!;
                TrialState[] wanted = parsed.GetValue(states) ?? [];
                StudyDelta delta = await ReadAsync(opened, name, cancellationToken).ConfigureAwait(false);
                TrialRecord[] trials = [.. delta.Trials.Where(trial => wanted.Length == 0 || wanted.Contains(trial.State))];
                if (parsed.GetValue(json))
                {
                    await TrialJson.WriteAsync(host, opened, name, trials.Select(trial => trial.Number).ToHashSet().Contains, cancellationToken).ConfigureAwait(false);
                }
                else
                {
                    var columns = TrialColumns.Short(delta.Study!, trials);
                    await TableOutput.WriteAsync(host, columns.Names, trials.Select(columns.Row)).ConfigureAwait(false);
                }
                return await UnreadableOutput.WriteAsync(host, delta.Unreadable.Select(trial => KeyValuePair.Create(name, trial))).ConfigureAwait(false);
            }
        });
        return command;
    }

    /// <summary>Reads a study with all its trials.</summary>
    public static async Task<StudyDelta> ReadAsync(IStorage storage, string name, CancellationToken cancellationToken)
    {
        StudyRecord study = await storage.FindStudyAsync(name, cancellationToken).ConfigureAwait(false) ?? throw new StudyNotFoundException(name);
        return await storage.ReadAsync(study.Id, StudyCursor.Start, cancellationToken).ConfigureAwait(false);
    }
}
