using System.Globalization;
using System.Text;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>What is known of one trial at one moment. Immutable; a finished trial's record never changes.</summary>
public sealed record TrialRecord
{
    private static readonly IReadOnlyDictionary<string, double> NoConstraints = new Dictionary<string, double>(0).AsReadOnly();

    private IReadOnlyDictionary<string, double>? _constraints;

    /// <summary>The storage's own number for the trial.</summary>
    public required TrialId Id { get; init; }

    /// <summary>The trial's number within its study: 0, 1, 2, … without gaps.</summary>
    public required int Number { get; init; }

    /// <summary>Where the trial is in its life.</summary>
    public required TrialState State { get; init; }

    /// <summary>One value for each objective of a complete trial. A pruned trial of a study with one objective has its last report; else empty.</summary>
    public IReadOnlyList<double> Values { get; init; } = [];

    /// <summary>The parameters in internal form, in the order in which they were suggested.</summary>
    public ParameterSet Parameters { get; init; } = ParameterSet.Empty;

    /// <summary>The values reported while the trial ran, by step.</summary>
    public IntermediateValues IntermediateValues { get; init; } = IntermediateValues.None;

    /// <summary>Attributes set by the user.</summary>
    public AttributeSet UserAttributes { get; init; } = AttributeSet.Empty;

    /// <summary>Attributes set by samplers, pruners and the study itself.</summary>
    public AttributeSet SystemAttributes
    {
        get;
        init
        {
            field = value;
            // A copy made by "with" would else keep the constraints of the attributes that it replaces.
            _constraints = null;
        }
    } = AttributeSet.Empty;

    /// <summary>When the trial began to run; null while it waits.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When the trial ended; null before.</summary>
    public DateTimeOffset? CompletedAt { get; init; }

    /// <summary>The time between start and end; null before the end.</summary>
    public TimeSpan? Duration => CompletedAt - StartedAt;

    /// <summary>The single value of a complete trial, or of a pruned one that has reported; null when there is none.</summary>
    /// <exception cref="InvalidOperationException">The trial has several values.</exception>
    public double? Value => Values.Count switch
    {
        0 => null,
        1 => Values[0],
        _ => throw new InvalidOperationException($"Trial {Number} has {Values.Count} values. Use Values."),
    };

    /// <summary>The parameters as the objective sees them: doubles, longs and choices.</summary>
    public IReadOnlyDictionary<string, object?> Params =>
        Parameters.ToOrderedDictionary(static parameter => parameter.External);

    /// <summary>The distribution of each parameter.</summary>
    public IReadOnlyDictionary<string, Distribution> Distributions =>
        Parameters.ToOrderedDictionary(static parameter => parameter.Distribution);

    /// <summary>The constraint values; a trial is feasible when all of them are at most 0. Those stored without a name are called "0", "1", ….</summary>
    /// <remarks>What another program stored in place of a number is NaN, which is not feasible.</remarks>
    public IReadOnlyDictionary<string, double> Constraints => _constraints ??= ReadConstraints();

    /// <summary>The standard error of each value, as far as the objective reported them; empty when it did not. NaN stands for what another program stored in place of one.</summary>
    public IReadOnlyList<double> StandardErrors => ReportedErrors.Of(this);

    /// <summary>The sum of the constraint values above 0, infinite if one is NaN; 0 for a feasible trial and for one without constraints.</summary>
    public double Violation
    {
        get
        {
            if (ReferenceEquals(Constraints, NoConstraints)) return 0;
            double sum = 0;
            foreach (double value in Constraints.Values) sum += double.IsNaN(value) ? double.PositiveInfinity : Math.Max(0, value);
            return sum;
        }
    }

    /// <summary>Whether no constraint is violated.</summary>
    public bool IsFeasible => Violation <= 0;

    /// <summary>The reason of a failure, as far as it was stored.</summary>
    public string? FailReason => SystemAttributes.TryGetValue(SystemKeys.FailReason, out AttributeValue? reason) && reason.TryGetString(out string? text) ? text : null;

    /// <summary>What made the trial fail; null if it has not failed, or that is not known, as of trials of other programs.</summary>
    public FailureKind? FailureKind => FailureKinds.Of(this);

    /// <summary>Whether the trial failed by what its objective did, so that its parameters are likely to fail again: an exception, NaN, a time-out, or told so.</summary>
    /// <remarks>Failures of an unknown kind count. Those for other reasons, such as a lapsed lease or a cancellation, say nothing about the parameters.</remarks>
    public bool IsFailureOfObjective =>
        State == TrialState.Failed && FailureKind is null or HyperTune.FailureKind.Exception or HyperTune.FailureKind.InvalidValues or HyperTune.FailureKind.Told or HyperTune.FailureKind.TimedOut;

    /// <summary>Number, state, values and parameters on one line.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"trial {Number} ({State}");
        if (Values.Count > 0) text.Append(": ").AppendJoin(", ", Values.Select(value => value.ToString("G6", CultureInfo.InvariantCulture)));
        text.Append(')');
        foreach (Parameter parameter in Parameters)
        {
            object? value = parameter.External;
            string shown = value is double number ? number.ToString("G6", CultureInfo.InvariantCulture) : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            text.Append(CultureInfo.InvariantCulture, $" {parameter.Name}={(value is null ? "null" : shown)}");
        }
        return text.ToString();
    }

    private IReadOnlyDictionary<string, double> ReadConstraints()
    {
        bool hasAny = false;
        foreach (string key in SystemAttributes.KeySpan) hasAny |= key.StartsWith(SystemKeys.Constraints, StringComparison.Ordinal);
        if (!hasAny) return NoConstraints;
        var constraints = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach ((string key, AttributeValue value) in SystemAttributes)
        {
            if (key == SystemKeys.Constraints && value.Kind == AttributeKind.Array)
            {
                for (int i = 0; i < value.Items.Count; i++) constraints[i.ToString(CultureInfo.InvariantCulture)] = NumberOf(value.Items[i]);
            }
            else if (key.StartsWith(SystemKeys.ConstraintPrefix, StringComparison.Ordinal))
            {
                constraints[key[SystemKeys.ConstraintPrefix.Length..]] = NumberOf(value);
            }
        }
        return constraints;
    }

    private static double NumberOf(AttributeValue value) => value.TryGetDouble(out double number) ? number : double.NaN;
}
