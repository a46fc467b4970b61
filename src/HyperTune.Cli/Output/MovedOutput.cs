namespace HyperTune.Cli.Output;

/// <summary>Says what was imported or copied.</summary>
internal static class MovedOutput
{
    /// <returns>The exit code: a failure when something was left out.</returns>
    public static async Task<int> WriteAsync(CliHost host, string done, StudyArchiveResult result)
    {
        foreach ((string study, int trials) in result.Studies) await host.Out.WriteLineAsync(CellText.Printable($"{done} '{study}' with {CellText.Of(trials)} trial(s).")).ConfigureAwait(false);
        if (result.Studies.Count == 0) await host.Out.WriteLineAsync("There are no studies.").ConfigureAwait(false);
        return await UnreadableOutput.WriteAsync(host, result.Unreadable).ConfigureAwait(false);
    }
}
