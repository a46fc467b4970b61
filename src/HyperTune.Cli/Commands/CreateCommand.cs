using System.CommandLine;
using HyperTune.Cli.Input;
using HyperTune.Storage;

namespace HyperTune.Cli.Commands;

/// <summary>Creates a study.</summary>
internal static class CreateCommand
{
    public static Command Create(CliHost host, StorageOption storage)
    {
        var study = new Option<string?>("--study", "--study-name", "-n") { Description = "The study's name. Without it, a new unique one.", HelpName = "NAME" };
        var directions = new Option<Direction[]>("--direction", "--directions")
        {
            Description = "Minimize or maximize, once for each objective. Without it, one objective is minimized.",
            HelpName = "minimize|maximize",
            AllowMultipleArgumentsPerToken = true,
            CustomParser = result => [.. result.Tokens.Select(token => DirectionInput.Read(token.Value, result))],
        };
        var metrics = new Option<string[]>("--metric-name") { Description = "A name for each objective.", HelpName = "NAME", AllowMultipleArgumentsPerToken = true };
        var skip = new Option<bool>("--skip-if-exists") { Description = "Do nothing when there is a study of this name." };
        var command = new Command("create", "Create a study, and its storage when there is none; writes the name.") { study, directions, metrics, skip };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            IStorage opened = await storage.MakeAsync(parsed, cancellationToken).ConfigureAwait(false);
            await using (opened.ConfigureAwait(false))
            {
                var options = new StudyOptions
                {
                    Name = parsed.GetValue(study),
                    Storage = opened,
                    Directions = parsed.GetValue(directions) is { Length: > 0 } given ? given : null,
                    MetricNames = parsed.GetValue(metrics) is { Length: > 0 } names ? names : null,
                    LoadIfExists = parsed.GetValue(skip),
                    Pruner = new NopPruner(),
                    TimeProvider = host.Time,
                };
                Study made = await Study.CreateAsync(options, cancellationToken).ConfigureAwait(false);
                await using (made.ConfigureAwait(false)) await host.Out.WriteLineAsync(made.Name).ConfigureAwait(false);
            }
            return ExitCode.Success;
        });
        return command;
    }
}
