using System.CommandLine;
using HyperTune.Cli.Input;
using HyperTune.Cli.Output;
using HyperTune.Storage;
using HyperTune.Storage.Diagnosis;
using Microsoft.Extensions.Logging.Abstractions;

namespace HyperTune.Cli.Commands;

/// <summary>Examines a storage.</summary>
internal static class DoctorCommand
{
    public static Command Create(CliHost host, StorageOption storage)
    {
        Option<bool> json = StudyOption.Json();
        var grace = new Option<double>("--grace") { Description = "Seconds after its last heartbeat when a trial's lease has lapsed.", HelpName = "SECONDS", CustomParser = NumberInput.Of<double>("--grace", "seconds"), DefaultValueFactory = _ => new DiagnosisOptions().Grace.TotalSeconds };
        var stale = new Option<double>("--stale") { Description = "Hours after which a running trial without heartbeat is a warning.", HelpName = "HOURS", CustomParser = NumberInput.Of<double>("--stale", "hours"), DefaultValueFactory = _ => new DiagnosisOptions().StaleAge.TotalHours };
        var command = new Command("doctor", "Examine a storage without changing it: one line for each finding, with what to do. Ends with 1 when there is a warning or an error.") { grace, stale, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new DiagnosisOptions { Grace = ToTime(parsed.GetValue(grace), TimeSpan.FromSeconds(1)), StaleAge = ToTime(parsed.GetValue(stale), TimeSpan.FromHours(1)) };
            IReadOnlyList<StorageFinding> findings = await ExamineAsync(storage, parsed, options, cancellationToken).ConfigureAwait(false);
            if (parsed.GetValue(json))
            {
                await TrialJson.WriteArrayAsync(host, findings.Select(Describe)).ConfigureAwait(false);
            }
            else
            {
                foreach (StorageFinding finding in findings) await host.Out.WriteLineAsync(CellText.Printable(finding.ToString())).ConfigureAwait(false);
                if (findings.Count == 0) await host.Out.WriteLineAsync("Nothing is wrong.").ConfigureAwait(false);
            }
            return findings.Any(finding => finding.Severity >= FindingSeverity.Warning) ? ExitCode.Failure : ExitCode.Success;
        });
        return command;
    }

    private static async Task<IReadOnlyList<StorageFinding>> ExamineAsync(StorageOption storage, ParseResult parsed, DiagnosisOptions options, CancellationToken cancellationToken)
    {
        try
        {
            // Its own warnings would say the same as the findings.
            IStorage opened = await storage.OpenAsync(storage.UrlOf(parsed), new() { IsReadOnly = true, MustExist = true, LoggerFactory = NullLoggerFactory.Instance }, cancellationToken).ConfigureAwait(false);
            await using (opened.ConfigureAwait(false)) return await StorageDoctor.ExamineAsync(opened, options, cancellationToken).ConfigureAwait(false);
        }
        catch (StorageException exception)
        {
            return [new StorageFinding(FindingSeverity.Error, exception.Message)];
        }
    }

    private static TimeSpan ToTime(double number, TimeSpan unit) => number > 0 && number * unit.TotalSeconds < TimeSpan.MaxValue.TotalSeconds / 2
        ? number * unit
        : throw new UsageException("Give a time above 0.");

    private static AttributeValue Describe(StorageFinding finding) => AttributeValue.Object(
        ("severity", finding.Severity.ToString().ToLowerInvariant()),
        ("study", finding.Study),
        ("trial", finding.Trial is { } number ? number : AttributeValue.Null),
        ("place", finding.Place),
        ("message", finding.Message));
}
