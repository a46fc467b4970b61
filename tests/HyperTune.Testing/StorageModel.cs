using HyperTune.Storage;
using HyperTune.Trials;

namespace HyperTune.Testing;

/// <summary>A storage of one study in the plainest form: dictionaries and lists, no ids, no concurrency. The oracle of the model-based test.</summary>
internal sealed class StorageModel
{
    private readonly Dictionary<string, Distribution> _distributions = [];
    private readonly HashSet<int> _retried = [];

    public List<ModelTrial> Trials { get; } = [];

    public Dictionary<string, AttributeValue> User { get; } = [];

    public Dictionary<string, AttributeValue> System { get; } = [];

    /// <summary>The numbers of the started trials.</summary>
    public int[] Start(int count, int? totalTrials, bool isLeased, DateTimeOffset startedAt)
    {
        var started = new List<int>();
        while (started.Count < count)
        {
            int counted = Trials.Count(trial => trial.State != TrialState.Waiting && !_retried.Contains(trial.Number));
            if (counted >= totalTrials) break;
            ModelTrial trial = Trials.Find(trial => trial.State == TrialState.Waiting) ?? New(TrialState.Waiting);
            trial.State = TrialState.Running;
            trial.StartedAt = startedAt;
            trial.LeaseAge = isLeased ? TimeSpan.Zero : null;
            started.Add(trial.Number);
        }
        return [.. started];
    }

    /// <summary>The numbers of the added trials, or null where a distribution clashes.</summary>
    public int?[]? Add(IReadOnlyList<TrialTemplate> templates, bool skipIfExists)
    {
        var distributions = new Dictionary<string, Distribution>(_distributions);
        foreach (Parameter parameter in templates.SelectMany(template => template.Parameters))
        {
            if (!distributions.TryAdd(parameter.Name, parameter.Distribution) && !distributions[parameter.Name].IsCompatibleWith(parameter.Distribution)) return null;
        }
        var numbers = new int?[templates.Count];
        for (int i = 0; i < numbers.Length; i++)
        {
            TrialTemplate template = templates[i];
            string? given = template.SystemAttributes.TryGetValue("fixed_params", out AttributeValue? value) ? value.ToJson() : null;
            if (skipIfExists && template.State == TrialState.Waiting && given is not null && Trials.Exists(trial => trial.Given() == given)) continue;
            ModelTrial added = New(template.State);
            added.Values = [.. template.Values];
            foreach (Parameter parameter in template.Parameters) added.Parameters.Add(parameter.Name, parameter);
            foreach ((string key, AttributeValue attribute) in template.SystemAttributes) added.System[key] = attribute;
            (added.StartedAt, added.CompletedAt) = (template.StartedAt, template.CompletedAt);
            numbers[i] = added.Number;
        }
        foreach ((string name, Distribution distribution) in distributions) _distributions[name] = distribution;
        return numbers;
    }

    public WriteOutcome Write(int number, TrialChanges changes)
    {
        if (number >= Trials.Count) return WriteOutcome.Unknown;
        ModelTrial trial = Trials[number];
        if (trial.State.IsFinished()) return changes.Finish is { } told && told.RequestId == trial.EndedBy ? WriteOutcome.Stored : WriteOutcome.AlreadyFinished;
        if (changes.Parameters.Any(parameter => _distributions.TryGetValue(parameter.Name, out Distribution? known) && !known.IsCompatibleWith(parameter.Distribution)))
        {
            return WriteOutcome.Incompatible;
        }
        foreach (Parameter parameter in changes.Parameters)
        {
            _distributions.TryAdd(parameter.Name, parameter.Distribution);
            trial.Parameters.TryAdd(parameter.Name, parameter);
        }
        foreach ((long step, double value) in changes.IntermediateValues) trial.Reports[step] = value;
        foreach ((string key, AttributeValue value) in changes.UserAttributes) trial.User[key] = value;
        foreach ((string key, AttributeValue value) in changes.SystemAttributes) trial.System[key] = value;
        if (changes.Study is { } study) SetAttributes(study);
        if (changes.Finish is not { } finish) return WriteOutcome.Stored;
        trial.End(finish.State, finish.Values, finish.CompletedAt);
        trial.EndedBy = finish.RequestId;
        if (finish.Retry is not null) Retry(trial);
        return WriteOutcome.Stored;
    }

    public void SetAttributes(AttributeChanges changes)
    {
        foreach ((string key, AttributeValue value) in changes.User) User[key] = value;
        foreach ((string key, AttributeValue value) in changes.PutIfAbsent) System.TryAdd(key, value);
        foreach ((string key, AttributeValue value) in changes.System) System[key] = value;
    }

    public WriteOutcome Renew(int number)
    {
        if (number >= Trials.Count || Trials[number].State == TrialState.Waiting) return WriteOutcome.Unknown;
        if (Trials[number].State.IsFinished()) return WriteOutcome.AlreadyFinished;
        Trials[number].LeaseAge = TimeSpan.Zero;
        return WriteOutcome.Stored;
    }

    public void Age(TimeSpan age)
    {
        foreach (ModelTrial trial in Trials) trial.LeaseAge += age;
    }

    /// <summary>Number and number of the next try of each trial that lapsed.</summary>
    public (int Number, int? Retry)[] TakeBack(LeaseRules rules)
    {
        var taken = new List<(int Number, int? Retry)>();
        foreach (ModelTrial trial in Trials.Where(trial => trial.LeaseAge > rules.Grace).ToArray())
        {
            trial.End(TrialState.Failed, [], null);
            trial.IsLapsed = true;
            int tries = trial.System.TryGetValue("retry_history", out AttributeValue? history) ? history.Items.Count : 0;
            taken.Add((trial.Number, tries < rules.MaxRetries ? Retry(trial) : null));
        }
        return [.. taken];
    }

    private int Retry(ModelTrial failed)
    {
        _retried.Add(failed.Number);
        ModelTrial next = New(TrialState.Waiting);
        foreach ((string key, AttributeValue value) in failed.User) next.User[key] = value;
        var given = new OrderedDictionary<string, AttributeValue?>();
        if (failed.System.TryGetValue("fixed_params", out AttributeValue? wanted)) foreach ((string name, AttributeValue value) in wanted.Members) given[name] = value;
        foreach (Parameter parameter in failed.Parameters.Values) given[parameter.Name] = AttributeValue.From(parameter.External);
        next.System["fixed_params"] = AttributeValue.Object(given.Select(entry => (entry.Key, entry.Value)));
        next.System["failed_trial"] = failed.System.GetValueOrDefault("failed_trial", failed.Number);
        AttributeValue[] earlier = failed.System.TryGetValue("retry_history", out AttributeValue? history) ? [.. history.Items] : [];
        next.System["retry_history"] = AttributeValue.Array([.. earlier, failed.Number]);
        return next.Number;
    }

    private ModelTrial New(TrialState state)
    {
        var trial = new ModelTrial { Number = Trials.Count, State = state };
        Trials.Add(trial);
        return trial;
    }

    internal sealed class ModelTrial
    {
        public required int Number { get; init; }

        public required TrialState State { get; set; }

        public double[] Values { get; set; } = [];

        public OrderedDictionary<string, Parameter> Parameters { get; } = [];

        public SortedDictionary<long, double> Reports { get; } = [];

        public Dictionary<string, AttributeValue> User { get; } = [];

        public Dictionary<string, AttributeValue> System { get; } = [];

        public DateTimeOffset? StartedAt { get; set; }

        public DateTimeOffset? CompletedAt { get; set; }

        public TimeSpan? LeaseAge { get; set; }

        public Guid? EndedBy { get; set; }

        /// <summary>Whether the storage's own clock says when the trial ended.</summary>
        public bool IsLapsed { get; set; }

        public void End(TrialState state, IReadOnlyList<double> values, DateTimeOffset? completedAt) =>
            (State, Values, CompletedAt, LeaseAge) = (state, [.. values], completedAt, null);

        /// <summary>The parameters that the trial was given or has; all of the test's are whole numbers under one name each, so that their texts compare.</summary>
        public string Given() => System.TryGetValue("fixed_params", out AttributeValue? given)
            ? given.ToJson()
            : AttributeValue.Object(Parameters.Values.Select(parameter => (parameter.Name, (AttributeValue?)AttributeValue.From(parameter.External)))).ToJson();

        public string ToText(DateTimeOffset? storedEnd) => RecordText.Of(
            Number, State, Values, Parameters.Values, Reports, User, System, StartedAt, IsLapsed ? storedEnd : CompletedAt);
    }
}
