using System.Globalization;
using HyperTune.History;
using HyperTune.Trials;

namespace HyperTune.Testing;

/// <summary>Makes the histories and trial handles that samplers and pruners see, without a study or a storage.</summary>
/// <example>
/// <code>
/// var scenario = new HistoryScenario(Direction.Maximize);
/// for (int i = 0; i &lt; 10; i++) scenario.Add(new() { Values = [0.8], Reports = [(0, 0.5), (1, 0.7)] });
/// TrialContext trial = scenario.Context(new() { Reports = [(0, 0.1)] });
/// PruneDecision decision = pruner.ShouldPrune(scenario.Build(), trial);
/// </code>
/// </example>
/// <remarks>Not safe for concurrent use; what it makes is.</remarks>
public sealed class HistoryScenario
{
    private static readonly DateTimeOffset Beginning = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly List<TrialRecord> _trials = [];
    private readonly HashSet<int> _numbers = [];
    private readonly Direction[] _directions;
    private int _nextNumber;

    /// <summary>Makes a study without trials.</summary>
    /// <param name="directions">One for each objective; without any there is one objective to minimize.</param>
    public HistoryScenario(params IReadOnlyList<Direction> directions)
    {
        ArgumentNullException.ThrowIfNull(directions);
        _directions = directions.Count == 0 ? [Direction.Minimize] : [.. directions];
    }

    /// <summary>One direction for each objective.</summary>
    public IReadOnlyList<Direction> Directions => _directions;

    /// <summary>The study's name; it enters the brackets of some pruners.</summary>
    public string StudyName { get; init; } = "scenario";

    /// <summary>The study's system attributes.</summary>
    public AttributeSet StudyAttributes { get; init; } = AttributeSet.Empty;

    /// <summary>The search space that was declared beforehand; null by default.</summary>
    public SearchSpace? DeclaredSpace { get; init; }

    /// <summary>The sampler's seed, from which <see cref="TrialContext.Random"/> draws; 0 by default.</summary>
    public ulong Seed { get; init; }

    /// <summary>What trial handles show as <see cref="TrialContext.Workers"/>; 1 by default.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>What trial handles show as <see cref="TrialContext.Remaining"/>; unknown by default.</summary>
    public RemainingBudget Remaining { get; init; }

    /// <summary>The trials added so far, in order of number.</summary>
    public IReadOnlyList<TrialRecord> Trials => [.. _trials.OrderBy(trial => trial.Number)];

    /// <summary>Adds a trial in any state.</summary>
    /// <exception cref="ArgumentException">The number is taken, or there are values for another number of objectives.</exception>
    public HistoryScenario Add(ScenarioTrial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        TrialRecord record = ToRecord(trial);
        if (!_numbers.Add(record.Number)) throw new ArgumentException($"There is a trial {record.Number} already. Give another number.", nameof(trial));
        _trials.Add(record);
        _nextNumber = Math.Max(_nextNumber, record.Number + 1);
        return this;
    }

    /// <summary>Makes the handle of a running trial. The trial itself is not added to the history.</summary>
    /// <param name="trial">The trial with what it has done so far; its state and values do not matter.</param>
    /// <param name="fixedParameters">Parameters that it must take; none by default.</param>
    public TrialContext Context(ScenarioTrial trial, ParameterSet? fixedParameters = null)
    {
        ArgumentNullException.ThrowIfNull(trial);
        TrialRecord record = ToRecord(trial with { State = TrialState.Running, Values = [] });
        return new TrialContext(new TrialBuffer(record), Seed, fixedParameters ?? ParameterSet.Empty) { Workers = Workers, Remaining = Remaining };
    }

    /// <summary>Makes the history of a new study with all trials, which arrive in order of number.</summary>
    public StudyHistory Build()
    {
        var builder = new HistoryBuilder(Study(), DeclaredSpace);
        return builder.Apply(Delta(_trials));
    }

    /// <summary>Makes the history of a new study whose trials arrive in a random order, a few at a time.</summary>
    /// <param name="seed">Of the order.</param>
    /// <returns>The snapshots after each arrival, before which there is an empty one. The last one has all trials.</returns>
    public IReadOnlyList<StudyHistory> BuildInParts(int seed)
    {
        var random = new Random(seed);
        TrialRecord[] order = [.. _trials];
        random.Shuffle(order);
        var builder = new HistoryBuilder(Study(), DeclaredSpace);
        var snapshots = new List<StudyHistory> { builder.Current };
        for (int start = 0; start < order.Length;)
        {
            int end = Math.Min(order.Length, start + random.Next(1, 5));
            snapshots.Add(builder.Apply(Delta(order[start..end])));
            start = end;
        }
        return snapshots;
    }

    /// <summary>The same scenario with every direction turned round and all values and reports negated.</summary>
    public HistoryScenario Mirrored()
    {
        var mirrored = new HistoryScenario([.. _directions.Select(direction => direction == Direction.Minimize ? Direction.Maximize : Direction.Minimize)])
        {
            StudyName = StudyName,
            StudyAttributes = StudyAttributes,
            DeclaredSpace = DeclaredSpace,
            Seed = Seed,
            Workers = Workers,
            Remaining = Remaining,
        };
        mirrored._trials.AddRange(_trials.Select(Mirrored));
        mirrored._numbers.UnionWith(_numbers);
        mirrored._nextNumber = _nextNumber;
        return mirrored;
    }

    /// <summary>A trial with all values and reports negated.</summary>
    public static ScenarioTrial Mirrored(ScenarioTrial trial)
    {
        ArgumentNullException.ThrowIfNull(trial);
        return trial with
        {
            Values = [.. trial.Values.Select(value => -value)],
            Reports = [.. trial.Reports.Select(report => (report.Step, new ObjectiveValues([.. report.Values.Select(value => -value)])))],
        };
    }

    private static TrialRecord Mirrored(TrialRecord trial) => trial with
    {
        Values = [.. trial.Values.Select(value => -value)],
        IntermediateValues = IntermediateValues.Of(trial.IntermediateValues.Select(report => KeyValuePair.Create(report.Key, -report.Value))),
        SystemAttributes = AttributeSet.Of(trial.SystemAttributes.Select(entry =>
            HoldsObjectives(entry.Key) ? KeyValuePair.Create(entry.Key, Mirrored(entry.Value)) : entry)),
    };

    /// <summary>Whether a system attribute holds values of objectives: reported ones, or those that a pruner noted.</summary>
    private static bool HoldsObjectives(string key) => key.StartsWith(SystemKeys.ReportPrefix, StringComparison.Ordinal)
        || key.StartsWith(SystemKeys.RungPrefix, StringComparison.Ordinal) || key.StartsWith(SystemKeys.ObjectiveRungPrefix, StringComparison.Ordinal);

    private static AttributeValue Mirrored(AttributeValue value) =>
        value.Kind == AttributeKind.Array ? value.Items.Select(item => -item.AsDouble()).ToArray() : -value.AsDouble();

    private static StudyDelta Delta(IEnumerable<TrialRecord> trials) =>
        new() { Cursor = StudyCursor.Start, Trials = [.. trials.OrderBy(trial => trial.Number)] };

    private StudyRecord Study() => new() { Id = new StudyId(1), Name = StudyName, Directions = Directions, SystemAttributes = StudyAttributes };

    private TrialRecord ToRecord(ScenarioTrial trial)
    {
        int number = trial.Number ?? _nextNumber;
        bool isComplete = trial.State == TrialState.Complete;
        IReadOnlyList<double> values = isComplete && trial.Values.Count == 0 ? new double[_directions.Length] : trial.Values;
        if (isComplete && values.Count != _directions.Length)
        {
            throw new ArgumentException($"There are {values.Count} values for {_directions.Length} objectives. Give one for each.", nameof(trial));
        }
        var reports = new Dictionary<long, double>();
        AttributeSet system = trial.SystemAttributes;
        foreach ((string name, double value) in trial.Constraints) system = system.With(SystemKeys.ConstraintPrefix + name, value);
        if (trial.StandardErrors.Count > 0) system = system.With(SystemKeys.StandardErrors, trial.StandardErrors.ToArray());
        foreach ((long step, ObjectiveValues reported) in trial.Reports)
        {
            if (reports.TryAdd(step, reported[0]) && _directions.Length > 1)
            {
                system = system.With(string.Create(CultureInfo.InvariantCulture, $"{SystemKeys.ReportPrefix}{step}"), reported.ToArray());
            }
        }
        DateTimeOffset start = Beginning.AddMinutes(number);
        var intermediate = IntermediateValues.Of(reports);
        // What the study itself does for a pruned trial with one objective.
        if (trial.State == TrialState.Pruned && values.Count == 0 && _directions.Length == 1 && !double.IsNaN(intermediate.LastValue)) values = [intermediate.LastValue];
        return new TrialRecord
        {
            Id = new TrialId(number + 1),
            Number = number,
            State = trial.State,
            Values = values,
            Parameters = ParameterSet.Of(trial.Parameters),
            IntermediateValues = intermediate,
            UserAttributes = trial.UserAttributes,
            SystemAttributes = system,
            StartedAt = trial.State == TrialState.Waiting ? null : start,
            CompletedAt = trial.State.IsFinished() ? start.AddSeconds(30) : null,
        };
    }
}
