using System.CommandLine;
using System.Globalization;
using HyperTune.Cli.Input;
using HyperTune.Cli.Output;
using HyperTune.Storage;

namespace HyperTune.Cli.Commands;

/// <summary>Lists the studies of a storage.</summary>
internal static class StudiesCommand
{
    public static Command Create(CliHost host, StorageOption storage)
    {
        Option<bool> json = StudyOption.Json();
        var command = new Command("studies", "List the studies of a storage.") { json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            IStorage opened = await storage.ReadAsync(parsed, cancellationToken).ConfigureAwait(false);
            await using (opened.ConfigureAwait(false))
            {
                IReadOnlyList<StudySummary> studies = await opened.ListStudiesAsync(cancellationToken).ConfigureAwait(false);
                if (parsed.GetValue(json)) await TrialJson.WriteArrayAsync(host, studies.Select(Describe)).ConfigureAwait(false);
                else await TableOutput.WriteAsync(host, ["name", "directions", "trials", "started"], studies.Select(Row)).ConfigureAwait(false);
            }
            return ExitCode.Success;
        });
        return command;
    }

    private static IReadOnlyList<string> Row(StudySummary summary) =>
        [summary.Study.Name, string.Join(", ", Directions(summary)), CellText.Of(summary.TrialCount), CellText.Of(summary.StartedAt)];

    private static AttributeValue Describe(StudySummary summary) => AttributeValue.Object(
        ("study_id", summary.Study.Id.Value),
        ("name", summary.Study.Name),
        ("directions", AttributeValue.Array(Directions(summary).Select(direction => (AttributeValue?)direction))),
        ("n_trials", summary.TrialCount),
        ("datetime_start", summary.StartedAt?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture)));

    private static IEnumerable<string> Directions(StudySummary summary) => summary.Study.Directions.Select(direction => direction == Direction.Minimize ? "MINIMIZE" : "MAXIMIZE");
}
