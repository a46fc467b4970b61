using System.CommandLine;
using System.CommandLine.Invocation;
using HyperTune.Cli.Commands;
using HyperTune.Cli.Output;

namespace HyperTune.Cli;

/// <summary>The program as a function from arguments to an exit code.</summary>
internal static class CliProgram
{
    public static async Task<int> RunAsync(string[] arguments, CliHost host, CancellationToken cancellationToken = default)
    {
        ParseResult parsed = Build(host).Parse(arguments);
        if (parsed.Action is ParseErrorAction)
        {
            foreach (string message in ComplaintsOf(parsed)) await host.Error.WriteLineAsync(message).ConfigureAwait(false);
            await host.Error.WriteLineAsync($"Try 'hypertune {Path(parsed.CommandResult.Command)}--help'.").ConfigureAwait(false);
            return ExitCode.Usage;
        }
        try
        {
            var configuration = new InvocationConfiguration { Output = host.Out, Error = host.Error, EnableDefaultExceptionHandler = false };
            return await parsed.InvokeAsync(configuration, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is UsageException or ArgumentException)
        {
            await host.Error.WriteLineAsync(CellText.Printable(MessageOf(exception))).ConfigureAwait(false);
            return ExitCode.Usage;
        }
        catch (Exception exception) when (exception is FailureException or HyperTuneException or IOException or UnauthorizedAccessException or FormatException)
        {
            await host.Error.WriteLineAsync(CellText.Printable(MessageOf(exception))).ConfigureAwait(false);
            return ExitCode.Failure;
        }
        catch (OperationCanceledException)
        {
            await host.Error.WriteLineAsync("Cancelled.").ConfigureAwait(false);
            return ExitCode.Failure;
        }
    }

    private static RootCommand Build(CliHost host)
    {
        var storage = new StorageOption(host);
        var root = new RootCommand("Looks at, makes, moves and mends hyperparameter studies in any storage.") { storage.Option };
        root.Subcommands.Add(StudiesCommand.Create(host, storage));
        root.Subcommands.Add(TrialsCommand.Create(host, storage));
        root.Subcommands.Add(BestCommand.Create(host, storage));
        root.Subcommands.Add(CreateCommand.Create(host, storage));
        root.Subcommands.Add(DeleteCommand.Create(host, storage));
        root.Subcommands.Add(AskCommand.Create(host, storage));
        root.Subcommands.Add(TellCommand.Create(host, storage));
        root.Subcommands.Add(ExportCommand.Create(host, storage));
        root.Subcommands.Add(ImportCommand.Create(host, storage));
        root.Subcommands.Add(CopyCommand.Create(host, storage));
        root.Subcommands.Add(UpgradeCommand.Create(host, storage));
        root.Subcommands.Add(DoctorCommand.Create(host, storage));
        return root;
    }

    private static IEnumerable<string> ComplaintsOf(ParseResult parsed)
    {
        if (parsed.CommandResult.Command is not RootCommand root) return parsed.Errors.Select(error => error.Message).Distinct();
        string given = parsed.UnmatchedTokens is [var first, ..] ? $"'{first}' is no command." : "No command is given.";
        return [$"{given} Commands are {string.Join(", ", root.Subcommands.Select(command => command.Name))}."];
    }

    private static string Path(Command command) => command is RootCommand ? "" : command.Name + " ";

    /// <summary>The message in the terms of the command line, where the library's own speaks of .NET.</summary>
    private static string MessageOf(Exception exception)
    {
        switch (exception)
        {
            case StudyNotFoundException { Name: { } name }: return $"There is no study '{name}'. 'hypertune studies' lists those of a storage.";
            case StudyExistsException exists: return $"There is a study '{exists.Name}' already. Choose another name, or delete it first.";
            case ArgumentException { ParamName: not null } argument:
                int suffix = argument.Message.IndexOf(" (Parameter '", StringComparison.Ordinal);
                return suffix > 0 ? argument.Message[..suffix] : argument.Message;
            default: return exception.Message;
        }
    }
}
