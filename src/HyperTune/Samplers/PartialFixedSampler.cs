using HyperTune.History;
using HyperTune.Samplers;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>Gives some parameters fixed values and lets another sampler draw the rest.</summary>
/// <remarks>
/// <para>For a second study, or a later phase of one, in which some parameters are known: the objective stays as it is. The inner sampler does
/// not draw the fixed parameters and, of a declared conditional space, sees the branches that they leave; it learns from all trials. What an
/// enqueued trial gives comes first.</para>
/// <para>Safe for concurrent use if the inner sampler is.</para>
/// </remarks>
public sealed class PartialFixedSampler : ISampler
{
    private readonly ISampler _sampler;
    private readonly Dictionary<string, AttributeValue> _values;

    /// <summary>Makes the sampler.</summary>
    /// <param name="sampler">Draws what is not fixed.</param>
    /// <param name="values">The fixed values by name, as the objective sees them: null, bools, numbers and texts. Copied.</param>
    /// <exception cref="ArgumentException">A name cannot be stored, or a value is of a kind that no parameter has. Whether a distribution has the value is seen when it is asked
    /// for: then an <see cref="InvalidOperationException"/> says that it has not.</exception>
    public PartialFixedSampler(ISampler sampler, IReadOnlyDictionary<string, object?> values)
    {
        _sampler = Guard.NotNull(sampler);
        _values = new Dictionary<string, AttributeValue>(StringComparer.Ordinal);
        foreach ((string name, object? value) in Guard.NotNull(values)) _values.Add(Guard.Name(name, nameof(values)), DistributionRules.Choices([value], name)[0]);
    }

    /// <inheritdoc/>
    public ulong? Seed => _sampler.Seed;

    /// <inheritdoc/>
    public SearchSpace InferRelativeSpace(StudyHistory history, TrialContext trial)
    {
        using var scope = new FixedScope(this, history, trial);
        return Rest(_sampler.InferRelativeSpace(history, trial));
    }

    /// <inheritdoc/>
    public ParameterSet SampleRelative(StudyHistory history, TrialContext trial, SearchSpace space)
    {
        using var scope = new FixedScope(this, history, trial);
        return _sampler.SampleRelative(history, trial, space);
    }

    /// <inheritdoc/>
    public double SampleIndependent(StudyHistory history, TrialContext trial, string name, Distribution distribution)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(distribution);
        if (_values.TryGetValue(name, out AttributeValue? value))
        {
            return distribution.TryToInternal(value.ToObject(), out double internalValue)
                ? internalValue
                : throw new InvalidOperationException($"The parameter '{name}' is fixed to {value}, which {distribution} does not have. Fix it to another value, or change what the objective asks for.");
        }
        using var scope = new FixedScope(this, history, trial);
        return _sampler.SampleIndependent(history, trial, name, distribution);
    }

    /// <inheritdoc/>
    public void AfterTrial(StudyHistory history, TrialContext trial, TrialOutcome outcome)
    {
        using var scope = new FixedScope(this, history, trial);
        _sampler.AfterTrial(history, trial, outcome);
    }

    /// <summary>The space without fixed parameters. Where a condition on one of them holds its child takes over the parent's condition; else the child is left out, too.</summary>
    private SearchSpace Rest(SearchSpace space)
    {
        if (!space.Any(parameter => _values.ContainsKey(parameter.Name))) return space;
        var kept = new List<SearchSpaceParameter>(space.Count);
        // What is left of each parameter's condition; a parameter that cannot be active has no entry.
        var conditions = new Dictionary<string, ParameterCondition?>(StringComparer.Ordinal);
        foreach (SearchSpaceParameter parameter in space)
        {
            ParameterCondition? condition = parameter.Condition;
            if (condition is not null)
            {
                if (!conditions.TryGetValue(condition.Parent, out ParameterCondition? outer)) continue;
                if (_values.TryGetValue(condition.Parent, out AttributeValue? value))
                {
                    if (!condition.Values.Any(wanted => StoredEquality.Instance.Equals(AttributeValue.From(wanted), value))) continue;
                    condition = outer;
                }
            }
            conditions.Add(parameter.Name, condition);
            if (!_values.ContainsKey(parameter.Name)) kept.Add(parameter with { Condition = condition });
        }
        return SearchSpace.Create(kept);
    }

    /// <summary>While it lives, the trial shows the fixed values as such, as far as their distributions are known.</summary>
    private readonly ref struct FixedScope
    {
        private readonly TrialContext _trial;
        private readonly ParameterSet _former;

        public FixedScope(PartialFixedSampler sampler, StudyHistory history, TrialContext trial)
        {
            ArgumentNullException.ThrowIfNull(history);
            ArgumentNullException.ThrowIfNull(trial);
            _trial = trial;
            _former = trial.FixedParameters;
            ParameterSet all = _former;
            foreach ((string name, AttributeValue value) in sampler._values)
            {
                if (!all.Contains(name) && DistributionOf(history, name) is { } distribution && distribution.TryToInternal(value.ToObject(), out double internalValue))
                    all = all.With(name, distribution, internalValue);
            }
            trial.FixedParameters = all;
        }

        public void Dispose() => _trial.FixedParameters = _former;

        private static Distribution? DistributionOf(StudyHistory history, string name)
        {
            if (history.DeclaredSpace is { } declared && declared.TryGet(name, out SearchSpaceParameter? parameter)) return parameter.Distribution;
            return history.TryGetParameter(name, out ParameterColumn column) ? column.Latest : null;
        }
    }
}
