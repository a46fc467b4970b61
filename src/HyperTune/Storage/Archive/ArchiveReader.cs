using System.Globalization;
using HyperTune.Trials;

namespace HyperTune.Storage.Archive;

/// <summary>Reads the studies of an archive. Derived facts, such as the best value and external values of parameters, are passed over.</summary>
internal static class ArchiveReader
{
    /// <exception cref="FormatException">The text is no archive; the message names study, trial and member.</exception>
    public static IReadOnlyList<ArchivedStudy> Read(string text)
    {
        AttributeValue root = PythonJsonReader.Read(text, ArchiveFormat.Envelope);
        if (!root.TryGetMember("format", out AttributeValue? format) || !root.TryGetMember("studies", out AttributeValue? studies) || studies.Kind != AttributeKind.Array)
            throw new FormatException("The file is no archive of studies: 'format' and 'studies' should be at its top. Give a file that an export wrote.");
        if (!format.TryGetInt64(out long version) || version != ArchiveFormat.Version)
            throw new FormatException($"The archive has the format {format}, but only {ArchiveFormat.Version} is known. Use a later version of the library.");
        var read = new List<ArchivedStudy>(studies.Items.Count);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < studies.Items.Count; i++)
        {
            var study = new Place(studies.Items[i], string.Create(CultureInfo.InvariantCulture, $"study {i}"));
            string name = study.Text("name");
            if (!names.Add(name)) throw new FormatException($"The archive has the study '{name}' twice. Rename one.");
            read.Add(ReadStudy(study with { Name = $"the study '{name}'" }, name));
        }
        return read;
    }

    private static ArchivedStudy ReadStudy(Place study, string name)
    {
        Direction[] directions = [.. study.Items("directions").Select(direction =>
            direction.TryGetString(out string? text) && ArchiveFormat.DirectionOf(text) is { } known ? known : throw study.Bad("directions", $"{direction} is neither MINIMIZE nor MAXIMIZE"))];
        var definition = new StudyDefinition { Name = name, Directions = directions, UserAttributes = study.Attributes("user_attrs"), SystemAttributes = study.Attributes("system_attrs") };
        var trials = new List<TrialTemplate>();
        long last = -1;
        foreach (AttributeValue value in study.Items("trials"))
        {
            var trial = new Place(value, $"a trial of {study.Name}");
            long number = trial.Integer("number");
            if (number <= last) throw trial.Bad("number", string.Create(CultureInfo.InvariantCulture, $"{number} follows {last}, but trials are in ascending order"));
            last = number;
            trials.Add(ReadTrial(trial with { Name = string.Create(CultureInfo.InvariantCulture, $"trial {number} of {study.Name}") }));
        }
        return new ArchivedStudy(definition, trials);
    }

    private static TrialTemplate ReadTrial(Place trial)
    {
        string state = trial.Text("state");
        return new TrialTemplate
        {
            State = ArchiveFormat.StateOf(state) ?? throw trial.Bad("state", $"'{state}' is no state"),
            Values = trial.Member("values").IsNull ? [] : [.. trial.Items("values").Select(value => trial.Number("values", value))],
            Parameters = ReadParameters(trial),
            IntermediateValues = IntermediateValues.Of([.. trial.Items("intermediate_values").Select(value => ReadReport(new Place(value, $"a report of {trial.Name}")))]),
            UserAttributes = trial.Attributes("user_attrs"),
            SystemAttributes = trial.Attributes("system_attrs"),
            StartedAt = trial.Time("datetime_start"),
            CompletedAt = trial.Time("datetime_complete"),
        };
    }

    private static ParameterSet ReadParameters(Place trial)
    {
        Parameter[] parameters = [.. trial.Items("params").Select(value => ReadParameter(new Place(value, $"a parameter of {trial.Name}")))];
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (Parameter parameter in parameters)
        {
            if (!names.Add(parameter.Name)) throw trial.Bad("params", $"the parameter '{parameter.Name}' is given twice");
        }
        return ParameterSet.Of(parameters);
    }

    private static Parameter ReadParameter(Place parameter)
    {
        string name = parameter.Text("name");
        var distribution = new Place(parameter.Member("distribution"), $"the distribution of '{name}', {parameter.Name}");
        string text = distribution.Text("json");
        try
        {
            return new Parameter(name, Distribution.Parse(text), parameter.Number("internal", parameter.Member("internal")));
        }
        catch (FormatException exception)
        {
            throw new FormatException($"The archive cannot be read: {distribution.Name}: {exception.Message}", exception);
        }
    }

    private static KeyValuePair<long, double> ReadReport(Place report) => new(report.Integer("step"), report.Number("value", report.Member("value")));

    /// <summary>An object of the file, and what a message calls it.</summary>
    private sealed record Place(AttributeValue Value, string Name)
    {
        public AttributeValue Member(string name) => Value.TryGetMember(name, out AttributeValue? member) ? member : throw Bad(name, "it is missing");

        public string Text(string name) => Member(name).TryGetString(out string? text) ? text : throw Bad(name, $"{Member(name)} is no text");

        public long Integer(string name) => Member(name).TryGetInt64(out long number) && number >= 0 ? number : throw Bad(name, $"{Member(name)} is no whole number from 0");

        public IReadOnlyList<AttributeValue> Items(string name) => Member(name) is { Kind: AttributeKind.Array } array ? array.Items : throw Bad(name, "it is no array");

        public double Number(string name, AttributeValue value) => ArchiveFormat.Loose(value).TryGetDouble(out double number) ? number : throw Bad(name, $"{value} is no number");

        public DateTimeOffset? Time(string name) =>
            Member(name).IsNull ? null : ArchiveFormat.TimeOf(Text(name)) ?? throw Bad(name, $"'{Text(name)}' is no time");

        public AttributeSet Attributes(string name) => Member(name) is { Kind: AttributeKind.Object } attributes
            ? AttributeSet.Of([.. attributes.Members.Select(static member => KeyValuePair.Create(member.Key, ArchiveFormat.Loose(member.Value)))])
            : throw Bad(name, "it is no object");

        public FormatException Bad(string member, string what) => new($"The archive cannot be read: '{member}' of {Name}: {what}.");
    }
}
