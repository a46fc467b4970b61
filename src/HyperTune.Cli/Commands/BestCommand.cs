using System.CommandLine;
using HyperTune.Cli.Input;
using HyperTune.Cli.Output;
using HyperTune.Storage;

namespace HyperTune.Cli.Commands;

/// <summary>Shows the best trial, or the front of a study with several objectives.</summary>
internal static class BestCommand
{
    public static Command Create(CliHost host, StorageOption storage)
    {
        Option<string> study = StudyOption.One();
        Option<bool> json = StudyOption.Json();
        var command = new Command("best", "Show the best trial; for several objectives, the Pareto front. Constraints are respected.") { study, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            IStorage opened = await storage.ReadAsync(parsed, cancellationToken).ConfigureAwait(false);
            await using (opened.ConfigureAwait(false))
            {
                Study loaded = await Study.LoadAsync(new StudyOptions { Name = parsed.GetValue(study), Storage = opened, Pruner = new NopPruner(), TimeProvider = host.Time }, cancellationToken).ConfigureAwait(false);
                await using (loaded.ConfigureAwait(false))
                {
                    TrialRecord[] best = [.. loaded.BestTrials];
                    if (best.Length == 0) throw new FailureException($"The study '{loaded.Name}' has no complete feasible trial yet.");
                    if (parsed.GetValue(json))
                    {
                        await TrialJson.WriteAsync(host, opened, loaded.Name, best.Select(trial => trial.Number).ToHashSet().Contains, cancellationToken).ConfigureAwait(false);
                        return ExitCode.Success;
                    }
                    var columns = TrialColumns.Short(loaded.History.Study, best);
                    await TableOutput.WriteAsync(host, columns.Names, best.Select(columns.Row)).ConfigureAwait(false);
                    return ExitCode.Success;
                }
            }
        });
        return command;
    }
}
