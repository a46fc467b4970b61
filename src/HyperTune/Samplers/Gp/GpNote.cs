using System.Globalization;
using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Samplers.Gp;

/// <summary>The parameters of a fit, stored with the trial that it proposed: the next fit starts from them, in whatever process.</summary>
/// <param name="Trials">The number of complete trials that were fitted.</param>
/// <param name="Logs">For each objective and constraint the logarithms of its parameters.</param>
internal sealed record GpNote(int Trials, double[][] Logs)
{
    /// <summary>The attribute of a trial that holds the note; other branches than the first add their number.</summary>
    public const string Key = "hypertune:gp";

    private const string TrialsName = "trials", SpaceName = "space", LogsName = "logs";

    /// <summary>The note of the trial with the highest number that has one for the branch and models; null for none.</summary>
    /// <param name="history">The study.</param>
    /// <param name="rows">The rows of complete trials, in order of number: a trial of one branch may hold the fits of all.</param>
    /// <param name="branch">The branch.</param>
    /// <param name="signature">Of the space and the kinds of models.</param>
    /// <param name="models">How many models there are.</param>
    public static GpNote? Newest(StudyHistory history, ReadOnlySpan<int> rows, GpBranch branch, ulong signature, int models)
    {
        string space = Show(signature), key = KeyOf(branch);
        for (int i = rows.Length - 1; i >= 0; i--)
        {
            if (history[rows[i]].SystemAttributes.TryGetValue(key, out AttributeValue? value) && Read(value, space, models, branch.Space.Space.Count) is { } note) return note;
        }
        return null;
    }

    /// <summary>Stores the note with a trial.</summary>
    public void Write(TrialContext trial, GpBranch branch, ulong signature) => trial.Notes.Set(KeyOf(branch), AttributeValue.Object(
        (TrialsName, Trials), (SpaceName, Show(signature)), (LogsName, AttributeValue.Array(Logs.Select(logs => (AttributeValue?)logs)))));

    private static string KeyOf(GpBranch branch) => branch.Index == 0 ? Key : string.Create(CultureInfo.InvariantCulture, $"{Key}:{branch.Index}");

    private static string Show(ulong signature) => signature.ToString("x16", CultureInfo.InvariantCulture);

    private static GpNote? Read(AttributeValue value, string space, int models, int dimensions)
    {
        if (value.Kind != AttributeKind.Object
            || !value.TryGetMember(SpaceName, out AttributeValue? noted) || !noted.TryGetString(out string? text) || text != space
            || !value.TryGetMember(TrialsName, out AttributeValue? count) || !count.TryGetInt64(out long trials)
            || !value.TryGetMember(LogsName, out AttributeValue? all) || all.Kind != AttributeKind.Array || all.Items.Count != models)
        {
            return null;
        }
        var logs = new double[models][];
        for (int i = 0; i < models; i++)
        {
            AttributeValue own = all.Items[i];
            if (own.Kind != AttributeKind.Array || own.Items.Count != dimensions + 2) return null;
            logs[i] = [.. own.Items.Select(item => item.TryGetDouble(out double log) ? log : double.NaN)];
            if (!Array.TrueForAll(logs[i], double.IsFinite)) return null;
        }
        return new((int)Math.Clamp(trials, 0, int.MaxValue), logs);
    }
}
