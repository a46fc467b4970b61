using System.CommandLine;
using HyperTune.Cli.Input;
using HyperTune.Storage;

namespace HyperTune.Cli.Commands;

/// <summary>Starts a trial that runs elsewhere.</summary>
internal static class AskCommand
{
    public static Command Create(CliHost host, StorageOption storage)
    {
        Option<string> study = StudyOption.One();
        var space = new Option<string?>("--space", "--search-space")
        {
            Description = "The parameters: a JSON object of names and distributions as Optuna has them, or the path of a file with it. Without it, none are suggested.",
            HelpName = "JSON|FILE",
        };
        var sampler = new Option<string>("--sampler") { Description = "What proposes the parameters.", DefaultValueFactory = _ => "auto" };
        sampler.AcceptOnlyFromAmong(SamplerChoice.Names);
        var options = new Option<string?>("--sampler-options") { Description = "A JSON object of the sampler's options, such as {\"StartupTrials\": 20}.", HelpName = "JSON" };
        var seed = new Option<ulong?>("--seed") { Description = "The sampler's seed.", HelpName = "NUMBER", CustomParser = NumberInput.OrNull<ulong>("--seed", "a whole number, 0 or more") };
        var command = new Command("ask", "Start a trial and write its number and parameters as JSON. It stays running until it is told.") { study, space, sampler, options, seed };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            SearchSpace? parameters = parsed.GetValue(space) is { } text ? await SpaceInput.ReadAsync(text, cancellationToken).ConfigureAwait(false) : null;
            Samplers.ISampler proposer = SamplerChoice.Make(parsed.GetValue(sampler)!, parsed.GetValue(options), parsed.GetValue(seed), parameters);
            IStorage opened = await storage.ChangeAsync(parsed, cancellationToken).ConfigureAwait(false);
            await using (opened.ConfigureAwait(false))
            {
                var how = new StudyOptions { Name = parsed.GetValue(study), Storage = opened, SearchSpace = parameters, Sampler = proposer, Pruner = new NopPruner(), TimeProvider = host.Time };
                Study loaded = await Study.LoadAsync(how, cancellationToken).ConfigureAwait(false);
                AttributeValue answer;
                await using (loaded.ConfigureAwait(false))
                {
                    // The process ends while the trial runs, so that nothing here could keep a lease alive.
                    Trial trial = (await loaded.AskManyAsync(new AskOptions { SearchSpace = parameters, IsLeased = false }, cancellationToken).ConfigureAwait(false))[0];
                    answer = AttributeValue.Object(
                        ("number", trial.Number), ("params", AttributeValue.Object(trial.Params.Select(parameter => (parameter.Key, (AttributeValue?)AttributeValue.From(parameter.Value))))));
                }
                // Not before all of it is stored.
                await host.Out.WriteLineAsync(answer.ToJson()).ConfigureAwait(false);
            }
            return ExitCode.Success;
        });
        return command;
    }
}
