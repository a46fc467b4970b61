namespace HyperTune.Storage.Archive;

/// <summary>Writes studies as JSON, one trial a line, with the writer that attributes have: it keeps whole numbers apart from doubles.</summary>
internal static class ArchiveWriter
{
    private static readonly string Library = $"HyperTune {typeof(ArchiveWriter).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>What comes before the studies.</summary>
    public static string Head { get; } =
        $$"""{"format": {{ArchiveFormat.Version}}, "made_with": "{{Library}}", "schema_revision": "{{ArchiveFormat.SchemaRevision}}", "studies": [""" + "\n";

    /// <summary>What comes after them.</summary>
    public static string Foot => "\n]}\n";

    public static async Task WriteAsync(TextWriter writer, StudyRecord study, IReadOnlyList<TrialRecord> trials, CancellationToken cancellationToken)
    {
        string facts = Facts(study, trials).ToJson();
        await writer.WriteAsync($"{facts[..^1]}, \"trials\": [".AsMemory(), cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < trials.Count; i++)
        {
            await writer.WriteAsync((i == 0 ? "\n" : ",\n").AsMemory(), cancellationToken).ConfigureAwait(false);
            await writer.WriteAsync(Describe(trials[i]).ToJson().AsMemory(), cancellationToken).ConfigureAwait(false);
        }
        await writer.WriteAsync("]}".AsMemory(), cancellationToken).ConfigureAwait(false);
    }

    private static AttributeValue Facts(StudyRecord study, IReadOnlyList<TrialRecord> trials)
    {
        List<(string, AttributeValue?)> members =
        [
            ("study_id", study.Id.Value),
            ("name", study.Name),
            ("directions", AttributeValue.Array(study.Directions.Select(direction => (AttributeValue?)ArchiveFormat.NameOf(direction)))),
            ("user_attrs", Describe(study.UserAttributes)),
            ("system_attrs", Describe(study.SystemAttributes)),
            ("n_trials", trials.Count),
        ];
        if (study.Directions.Count == 1) members.Add(("best_value", BestValue(study.Directions[0], trials) is { } best ? Number(best) : AttributeValue.Null));
        return ArchiveFormat.Wrap(members);
    }

    private static double? BestValue(Direction direction, IReadOnlyList<TrialRecord> trials)
    {
        double? best = null;
        foreach (TrialRecord trial in trials)
        {
            if (trial.State != TrialState.Complete || !trial.IsFeasible) continue;
            double value = trial.Values[0];
            if (best is null || (direction == Direction.Minimize ? value < best : value > best)) best = value;
        }
        return best;
    }

    private static AttributeValue Describe(TrialRecord trial) => ArchiveFormat.Wrap(
        ("trial_id", trial.Id.Value),
        ("number", trial.Number),
        ("state", ArchiveFormat.NameOf(trial.State)),
        ("values", trial.Values.Count == 0 ? AttributeValue.Null : AttributeValue.Array(trial.Values.Select(Number))),
        ("datetime_start", ArchiveFormat.TextOf(trial.StartedAt)),
        ("datetime_complete", ArchiveFormat.TextOf(trial.CompletedAt)),
        ("params", AttributeValue.Array(trial.Parameters.Select(Describe))),
        ("intermediate_values", AttributeValue.Array(trial.IntermediateValues.Select(static report => AttributeValue.Object(("step", report.Key), ("value", Number(report.Value)))))),
        ("constraints", AttributeValue.Object(trial.Constraints.Select(static constraint => (constraint.Key, (AttributeValue?)Number(constraint.Value))))),
        ("user_attrs", Describe(trial.UserAttributes)),
        ("system_attrs", Describe(trial.SystemAttributes)));

    private static AttributeValue Describe(Parameter parameter) => AttributeValue.Object(
        ("name", parameter.Name),
        ("value", ArchiveFormat.Strict(AttributeValue.From(parameter.External))),
        ("internal", Number(parameter.Value)),
        ("distribution", Describe(parameter.Distribution)));

    private static AttributeValue Describe(Distribution distribution) => distribution switch
    {
        FloatDistribution range => AttributeValue.Object(
            ("kind", "float"), ("low", Number(range.Low)), ("high", Number(range.High)), ("log", range.Log),
            ("step", range.Step is { } step ? Number(step) : AttributeValue.Null), ("json", range.ToJson())),
        IntDistribution range => AttributeValue.Object(
            ("kind", "int"), ("low", range.Low), ("high", range.High), ("log", range.Log), ("step", range.Step), ("json", range.ToJson())),
        CategoricalDistribution list => AttributeValue.Object(
            ("kind", "categorical"), ("choices", AttributeValue.Array(list.Choices.Select(static choice => ArchiveFormat.Strict(AttributeValue.From(choice))))),
            ("json", list.ToJson())),
        _ => throw new InvalidOperationException($"No archived form for {distribution}."),
    };

    private static AttributeValue Describe(AttributeSet attributes) =>
        ArchiveFormat.Wrap(attributes.Select(static entry => (entry.Key, (AttributeValue?)ArchiveFormat.Strict(entry.Value))));

    private static AttributeValue Number(double value) => ArchiveFormat.Strict(value);
}
