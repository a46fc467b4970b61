using System.Globalization;
using System.Text;

namespace HyperTune.Testing;

/// <summary>Records as texts: two records are the same exactly if their texts are, and a difference can be read.</summary>
/// <remarks>
/// Left out is what may differ between storages: ids, the order of attributes, and system attributes under <c>hypertune:</c>, where a
/// storage keeps its own notes.
/// </remarks>
internal static class RecordText
{
    private const string OwnPrefix = "hypertune:";

    public static string Of(TrialRecord trial) => Of(
        trial.Number, trial.State, trial.Values, trial.Parameters, trial.IntermediateValues, trial.UserAttributes, trial.SystemAttributes, trial.StartedAt, trial.CompletedAt);

    public static string Of(
        int number,
        TrialState state,
        IEnumerable<double> values,
        IEnumerable<Parameter> parameters,
        IEnumerable<KeyValuePair<long, double>> reports,
        IEnumerable<KeyValuePair<string, AttributeValue>> user,
        IEnumerable<KeyValuePair<string, AttributeValue>> system,
        DateTimeOffset? startedAt,
        DateTimeOffset? completedAt)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{number} {state} values [{string.Join(", ", values.Select(Show))}] params [");
        text.AppendJoin(", ", parameters.Select(parameter => $"{parameter.Name} = {Show(parameter.Value)} of {parameter.Distribution.ToJson()}"));
        text.Append("] reports [").AppendJoin(", ", reports.Select(report => string.Create(CultureInfo.InvariantCulture, $"{report.Key}: {Show(report.Value)}")));
        text.Append("] user ").Append(Of(user)).Append(" system ").Append(Of(system));
        text.Append(" from ").Append(Show(startedAt)).Append(" to ").Append(Show(completedAt));
        return text.ToString();
    }

    public static string Of(StudyRecord study) =>
        $"{study.Name} [{string.Join(", ", study.Directions)}] user {Of(study.UserAttributes)} system {Of(study.SystemAttributes)}";

    public static string Of(IEnumerable<KeyValuePair<string, AttributeValue>> attributes) => "{" + string.Join(
        ", ",
        attributes.Where(entry => !entry.Key.StartsWith(OwnPrefix, StringComparison.Ordinal))
            .OrderBy(entry => entry.Key, StringComparer.Ordinal)
            .Select(entry => $"{entry.Key}: {entry.Value.ToJson()}")) + "}";

    private static string Show(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Show(DateTimeOffset? time) => time is { } known ? known.UtcDateTime.ToString("O", CultureInfo.InvariantCulture) : "-";
}
