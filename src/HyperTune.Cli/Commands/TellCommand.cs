using System.CommandLine;
using System.Globalization;
using HyperTune.Cli.Input;
using HyperTune.Cli.Output;
using HyperTune.Storage;

namespace HyperTune.Cli.Commands;

/// <summary>Ends a trial that runs elsewhere.</summary>
internal static class TellCommand
{
    public static Command Create(CliHost host, StorageOption storage)
    {
        Option<string> study = StudyOption.One();
        var number = new Option<int>("--number", "--trial-number") { Description = "The trial's number.", HelpName = "NUMBER", Required = true, CustomParser = NumberInput.Of<int>("--number", "a whole number, 0 or more") };
        var values = new Option<double[]>("--values", "--value")
        {
            Description = "One value for each objective; nan fails the trial.",
            HelpName = "NUMBER",
            AllowMultipleArgumentsPerToken = true,
            CustomParser = result => [.. result.Tokens.Select(token => ReadNumber(token.Value, result))],
        };
        var state = new Option<TrialState?>("--state")
        {
            Description = "How it ended. Without it, complete.",
            HelpName = "complete|pruned|fail",
            CustomParser = result => StateInput.Read(result.Tokens[0].Value, result),
        };
        var reason = new Option<string?>("--reason") { Description = "Why it failed or was pruned; stored with the trial.", HelpName = "TEXT" };
        var skip = new Option<bool>("--skip-if-finished") { Description = "Do nothing when the trial is finished." };
        var command = new Command("tell", "End a running trial.") { study, number, values, state, reason, skip };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            double[] told = parsed.GetValue(values) ?? [];
            TrialState end = parsed.GetValue(state) ?? TrialState.Complete;
            Check(end, told, parsed.GetValue(reason));
            IStorage opened = await storage.ChangeAsync(parsed, cancellationToken).ConfigureAwait(false);
            await using (opened.ConfigureAwait(false))
            {
                var how = new StudyOptions { Name = parsed.GetValue(study), Storage = opened, Pruner = new NopPruner(), TimeProvider = host.Time };
                Study loaded = await Study.LoadAsync(how, cancellationToken).ConfigureAwait(false);
                await using (loaded.ConfigureAwait(false))
                {
                    int trial = parsed.GetValue(number);
                    // A worker fails a trial with too few values; a command line that gives them is mistaken, and may give the right ones.
                    if (end == TrialState.Complete && told.Length != loaded.Directions.Count)
                        throw new UsageException($"The study '{loaded.Name}' has {CellText.Of(loaded.Directions.Count)} objective(s), but {CellText.Of(told.Length)} value(s) are given. Give --values one for each.");
                    TellOutcome outcome = end == TrialState.Complete
                        ? await loaded.TellAsync(trial, told, cancellationToken).ConfigureAwait(false)
                        : await loaded.TellAsync(trial, end, parsed.GetValue(reason), cancellationToken).ConfigureAwait(false);
                    return outcome switch
                    {
                        TellOutcome.Stored => ExitCode.Success,
                        TellOutcome.AlreadyFinished when parsed.GetValue(skip) => ExitCode.Success,
                        TellOutcome.AlreadyFinished => throw new FailureException($"Trial {CellText.Of(trial)} of '{loaded.Name}' is finished already, with another result. Nothing was changed."),
                        _ => throw new FailureException($"The study '{loaded.Name}' has no trial {CellText.Of(trial)}. See hypertune trials."),
                    };
                }
            }
        });
        return command;
    }

    private static void Check(TrialState end, double[] values, string? reason)
    {
        if (!end.IsFinished()) throw new UsageException("A trial ends as complete, pruned or fail.");
        if (end == TrialState.Complete && values.Length == 0) throw new UsageException("A complete trial needs --values, one for each objective. Give them, or --state pruned or fail.");
        if (end == TrialState.Complete && reason is not null) throw new UsageException("A reason goes with --state pruned or fail.");
        if (end != TrialState.Complete && values.Length > 0) throw new UsageException("Values are those of a complete trial: leave out --state, or --values. A pruned trial has its last report as value.");
    }

    private static double ReadNumber(string text, System.CommandLine.Parsing.ArgumentResult result)
    {
        switch (text.ToUpperInvariant())
        {
            case "INF" or "+INF" or "INFINITY": return double.PositiveInfinity;
            case "-INF" or "-INFINITY": return double.NegativeInfinity;
            case "NAN": return double.NaN;
        }
        if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)) return value;
        result.AddError($"'{text}' is no number.");
        return double.NaN;
    }
}
