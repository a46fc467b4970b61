using HyperTune.History;

namespace HyperTune.Cli.Output;

/// <summary>Says which trials are missing from what was shown or moved.</summary>
internal static class UnreadableOutput
{
    /// <returns>The exit code: a failure when there is one.</returns>
    public static async Task<int> WriteAsync(CliHost host, IEnumerable<KeyValuePair<string, UnreadableTrial>> trials)
    {
        int code = ExitCode.Success;
        foreach ((string study, UnreadableTrial trial) in trials)
        {
            string number = trial.Number is { } known ? CellText.Of(known) : "without a number";
            await host.Error.WriteLineAsync(CellText.Printable($"Left out: trial {number} of '{study}', of which {trial.Column} cannot be read: {trial.Message} See hypertune doctor.")).ConfigureAwait(false);
            code = ExitCode.Failure;
        }
        return code;
    }
}
