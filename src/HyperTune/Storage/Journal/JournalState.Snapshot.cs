using HyperTune.History;

namespace HyperTune.Storage.Journal;

/// <content>The state in a short binary form, from which it is restored several times faster than by replay.</content>
internal sealed partial class JournalState
{
    /// <summary>Writes everything. Of deleted studies only their ids are kept.</summary>
    public void Save(BinaryWriter writer)
    {
        var schemas = new Dictionary<ParameterSchema, int>(ReferenceEqualityComparer.Instance);
        var keys = new Dictionary<string, int>(StringComparer.Ordinal);
        writer.Write7BitEncodedInt(_studies.Count);
        foreach (JournalStudy study in _studies)
        {
            writer.Write(study.IsDeleted);
            writer.Write(study.Record.Name);
            writer.Write7BitEncodedInt(study.Record.Directions.Count);
            foreach (Direction direction in study.Record.Directions) writer.Write(direction == Direction.Maximize);
            if (study.IsDeleted) continue;
            Save(writer, study.Record.UserAttributes, keys);
            Save(writer, study.Record.SystemAttributes, keys);
            writer.Write7BitEncodedInt(study.Retried);
            writer.Write7BitEncodedInt(study.Trials.Count);
            for (int number = 0; number < study.Trials.Count; number++) Save(writer, study.Trials[number], schemas, keys);
            writer.Write7BitEncodedInt(study.Unreadable.Count);
            foreach (UnreadableTrial fault in study.Unreadable.Values)
            {
                writer.Write7BitEncodedInt(fault.Number!.Value);
                writer.Write(fault.Column);
                writer.Write(fault.Message);
            }
            KeyValuePair<Guid, JournalAnswer>[] answers = [.. study.Answers];
            writer.Write7BitEncodedInt(answers.Length);
            foreach ((Guid request, JournalAnswer answer) in answers)
            {
                writer.Write(request.ToByteArray());
                writer.Write7BitEncodedInt(answer.Count);
                writer.Write7BitEncodedInt(answer.Trials.Count);
                foreach ((int place, int number) in answer.Trials)
                {
                    writer.Write7BitEncodedInt(place);
                    writer.Write7BitEncodedInt(number);
                }
            }
        }
        SaveIds(writer);
    }

    /// <summary>Restores what <see cref="Save(BinaryWriter)"/> wrote, into a state without studies.</summary>
    public void Load(BinaryReader reader)
    {
        var schemas = new List<ParameterSchema>();
        var keys = new List<string>();
        int studies = reader.Read7BitEncodedInt();
        for (int id = 0; id < studies; id++)
        {
            bool isDeleted = reader.ReadBoolean();
            var record = new StudyRecord { Id = new StudyId(id), Name = reader.ReadString(), Directions = ReadDirections(reader) };
            if (!isDeleted) record = record with { UserAttributes = ReadAttributes(reader, keys), SystemAttributes = ReadAttributes(reader, keys) };
            var study = new JournalStudy(record) { IsDeleted = isDeleted };
            _studies.Add(study);
            if (isDeleted) continue;
            _byName.Add(record.Name, study);
            study.Retried = reader.Read7BitEncodedInt();
            LoadTrials(reader, study, schemas, keys);
            for (int i = reader.Read7BitEncodedInt(); i > 0; i--)
            {
                int number = reader.Read7BitEncodedInt();
                study.Unreadable.Add(number, new UnreadableTrial(study.Trials[number].Id, number, reader.ReadString(), reader.ReadString()));
            }
            for (int i = reader.Read7BitEncodedInt(); i > 0; i--)
            {
                JournalAnswer answer = study.Answer(new Guid(reader.ReadBytes(16)), reader.Read7BitEncodedInt());
                for (int k = reader.Read7BitEncodedInt(); k > 0; k--) answer.Trials.Add((reader.Read7BitEncodedInt(), reader.Read7BitEncodedInt()));
            }
        }
        LoadIds(reader);
    }

    private void LoadTrials(BinaryReader reader, JournalStudy study, List<ParameterSchema> schemas, List<string> keys)
    {
        var seen = new HashSet<ParameterSchema>(ReferenceEqualityComparer.Instance);
        int trials = reader.Read7BitEncodedInt();
        for (int number = 0; number < trials; number++)
        {
            TrialRecord trial = LoadTrial(reader, study, number, schemas, keys);
            study.Trials.Append(trial);
            if (!seen.Add(trial.Parameters.Schema)) continue;
            foreach (Parameter parameter in trial.Parameters) Learn(study, number, parameter.Name, parameter.Distribution);
        }
    }

    /// <summary>Writes to which study each trial id belongs, as runs.</summary>
    private void SaveIds(BinaryWriter writer)
    {
        writer.Write7BitEncodedInt(_trials.Count);
        for (int start = 0; start < _trials.Count;)
        {
            JournalStudy study = _trials[start].Study;
            int end = start + 1;
            while (end < _trials.Count && ReferenceEquals(_trials[end].Study, study)) end++;
            writer.Write7BitEncodedInt((int)study.Record.Id.Value);
            writer.Write7BitEncodedInt(end - start);
            start = end;
        }
    }

    private void LoadIds(BinaryReader reader)
    {
        int trials = reader.Read7BitEncodedInt();
        var next = new int[_studies.Count];
        while (_trials.Count < trials)
        {
            int study = reader.Read7BitEncodedInt();
            for (int i = reader.Read7BitEncodedInt(); i > 0; i--) _trials.Add((_studies[study], next[study]++));
        }
    }

    private static void Save(BinaryWriter writer, TrialRecord trial, Dictionary<ParameterSchema, int> schemas, Dictionary<string, int> keys)
    {
        writer.Write7BitEncodedInt64(trial.Id.Value);
        writer.Write((byte)trial.State);
        writer.Write(trial.StartedAt?.UtcTicks ?? -1);
        writer.Write(trial.CompletedAt?.UtcTicks ?? -1);
        writer.Write7BitEncodedInt(trial.Values.Count);
        foreach (double value in trial.Values) writer.Write(value);
        SaveSchema(writer, trial.Parameters.Schema, schemas);
        foreach (double value in trial.Parameters.Values) writer.Write(value);
        writer.Write7BitEncodedInt(trial.IntermediateValues.Count);
        foreach ((long step, double value) in trial.IntermediateValues)
        {
            writer.Write7BitEncodedInt64(step);
            writer.Write(value);
        }
        Save(writer, trial.UserAttributes, keys);
        Save(writer, trial.SystemAttributes, keys);
    }

    private TrialRecord LoadTrial(BinaryReader reader, JournalStudy study, int number, List<ParameterSchema> schemas, List<string> keys)
    {
        var id = new TrialId(reader.Read7BitEncodedInt64());
        var state = (TrialState)reader.ReadByte();
        (DateTimeOffset? startedAt, DateTimeOffset? completedAt) = (ReadTime(reader), ReadTime(reader));
        double[] values = ReadDoubles(reader, reader.Read7BitEncodedInt());
        ParameterSchema schema = LoadSchema(reader, study, schemas);
        ParameterSet parameters = schema.Count == 0 ? ParameterSet.Empty : new ParameterSet(schema, ReadDoubles(reader, schema.Count));
        int reports = reader.Read7BitEncodedInt();
        var intermediate = new KeyValuePair<long, double>[reports];
        for (int i = 0; i < reports; i++) intermediate[i] = new(reader.Read7BitEncodedInt64(), reader.ReadDouble());
        return new TrialRecord
        {
            Id = id,
            Number = number,
            State = state,
            StartedAt = startedAt,
            CompletedAt = completedAt,
            Values = values,
            Parameters = parameters,
            IntermediateValues = IntermediateValues.Of(intermediate),
            UserAttributes = ReadAttributes(reader, keys),
            SystemAttributes = ReadAttributes(reader, keys),
        };
    }

    /// <summary>Writes names and distributions once, then only their place among those written.</summary>
    private static void SaveSchema(BinaryWriter writer, ParameterSchema schema, Dictionary<ParameterSchema, int> schemas)
    {
        bool isKnown = schemas.TryGetValue(schema, out int index);
        if (!isKnown) schemas.Add(schema, index = schemas.Count);
        writer.Write7BitEncodedInt(index);
        if (isKnown) return;
        writer.Write7BitEncodedInt(schema.Count);
        for (int i = 0; i < schema.Count; i++)
        {
            writer.Write(schema.Names[i]);
            writer.Write(schema.Distributions[i].ToJson());
        }
    }

    private ParameterSchema LoadSchema(BinaryReader reader, JournalStudy study, List<ParameterSchema> schemas)
    {
        int index = reader.Read7BitEncodedInt();
        if (index < schemas.Count) return schemas[index];
        var parameters = new Parameter[reader.Read7BitEncodedInt()];
        for (int i = 0; i < parameters.Length; i++) parameters[i] = new Parameter(reader.ReadString(), DistributionOf(reader.ReadString()), 0);
        schemas.Add(study.Trials.Merge(ParameterSet.Empty, parameters).Schema);
        return schemas[index];
    }

    private static void Save(BinaryWriter writer, AttributeSet attributes, Dictionary<string, int> keys)
    {
        writer.Write7BitEncodedInt(attributes.Count);
        foreach ((string key, AttributeValue value) in attributes)
        {
            bool isKnown = keys.TryGetValue(key, out int index);
            if (!isKnown) keys.Add(key, index = keys.Count);
            writer.Write7BitEncodedInt(index);
            if (!isKnown) writer.Write(key);
            writer.Write(value.ToJson());
        }
    }

    private static AttributeSet ReadAttributes(BinaryReader reader, List<string> keys)
    {
        int count = reader.Read7BitEncodedInt();
        if (count == 0) return AttributeSet.Empty;
        var attributes = new KeyValuePair<string, AttributeValue>[count];
        for (int i = 0; i < count; i++)
        {
            int index = reader.Read7BitEncodedInt();
            if (index == keys.Count) keys.Add(reader.ReadString());
            attributes[i] = new(keys[index], AttributeValue.Parse(reader.ReadString()));
        }
        return AttributeSet.Of(attributes);
    }

    private static Direction[] ReadDirections(BinaryReader reader)
    {
        var directions = new Direction[reader.Read7BitEncodedInt()];
        for (int i = 0; i < directions.Length; i++) directions[i] = reader.ReadBoolean() ? Direction.Maximize : Direction.Minimize;
        return directions;
    }

    private static DateTimeOffset? ReadTime(BinaryReader reader) => reader.ReadInt64() is >= 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    private static double[] ReadDoubles(BinaryReader reader, int count)
    {
        if (count == 0) return [];
        var values = new double[count];
        for (int i = 0; i < count; i++) values[i] = reader.ReadDouble();
        return values;
    }
}
