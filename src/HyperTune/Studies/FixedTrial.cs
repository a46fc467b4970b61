using System.Globalization;
using HyperTune.Pruners;

namespace HyperTune;

/// <summary>Gives an objective fixed parameters, without a study: to try an objective, or to train with parameters that were found.</summary>
public sealed class FixedTrial : Trial
{
    private readonly Dictionary<string, object?> _given;
    private readonly OrderedDictionary<string, object?> _suggested = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, ObjectiveValues> _reports = [];
    private readonly Dictionary<string, double> _constraints = new(StringComparer.Ordinal);
    private long _stride;
    private AttributeSet _userAttributes = AttributeSet.Empty;

    /// <summary>Makes the trial.</summary>
    /// <param name="parameters">The value of each parameter that the objective asks for, as it will see it; such as <see cref="TrialRecord.Params"/>.</param>
    /// <param name="number">What <see cref="Number"/> gives; 0 by default.</param>
    /// <param name="cancellationToken">What <see cref="CancellationToken"/> gives.</param>
    public FixedTrial(IEnumerable<KeyValuePair<string, object?>> parameters, int number = 0, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _given = new Dictionary<string, object?>(parameters, StringComparer.Ordinal);
        Number = Guard.AtLeast(number, 0);
        CancellationToken = cancellationToken;
    }

    /// <inheritdoc/>
    public override int Number { get; }

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, object?> Params => _suggested;

    /// <inheritdoc/>
    public override IReadOnlyDictionary<string, AttributeValue> UserAttributes => _userAttributes;

    /// <inheritdoc/>
    public override CancellationToken CancellationToken { get; }

    /// <summary>What the objective reported, by step; of folds, by the stored step (see <see cref="Trial.ReportFold"/>).</summary>
    public IReadOnlyDictionary<long, ObjectiveValues> Reports => _reports;

    /// <summary>The constraints that the objective set.</summary>
    public IReadOnlyDictionary<string, double> Constraints => _constraints;

    /// <summary>The standard errors that the objective set; empty when it did not.</summary>
    public ObjectiveValues StandardErrors { get; private set; }

    /// <inheritdoc/>
    public override void SetUserAttribute(string name, AttributeValue value)
    {
        lock (_gate) _userAttributes = _userAttributes.With(Guard.Name(name), Guard.NotNull(value));
    }

    /// <inheritdoc/>
    public override void SetConstraint(string name, double value)
    {
        TrialRules.CheckConstraint(name, value);
        lock (_gate) _constraints[name] = value;
    }

    /// <inheritdoc/>
    public override void SetStandardError(ObjectiveValues values)
    {
        TrialRules.CheckStandardErrors(values);
        lock (_gate) StandardErrors = values;
    }

    private protected override double Suggest(string name, Distribution distribution)
    {
        if (!_given.TryGetValue(name, out object? external))
        {
            throw new ArgumentException($"The objective asks for '{name}', which the fixed trial does not have. Give it a value.", nameof(name));
        }
        double value = distribution.ToInternal(external);
        if (!distribution.Contains(value))
        {
            string shown = Convert.ToString(external, CultureInfo.InvariantCulture) ?? "null";
            throw new ArgumentOutOfRangeException(nameof(name), external, $"The fixed trial's value {shown} of '{name}' is not in {distribution}. Give a value inside.");
        }
        _suggested[name] = distribution.ToExternal(value);
        return value;
    }

    private protected override void Report(ObjectiveValues values, long step, long stride)
    {
        TrialRules.CheckStep(step);
        lock (_gate)
        {
            if (_reports.Count == 0) _stride = stride;
            TrialRules.CheckStride(stride, _stride);
            _reports.TryAdd(step, values);
        }
    }

    private protected override PruneDecision Judge() => PruneDecision.Keep;
}
