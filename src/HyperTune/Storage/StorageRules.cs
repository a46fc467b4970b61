using System.Globalization;
using HyperTune.Trials;

namespace HyperTune.Storage;

/// <summary>The rules that every storage applies to what it is given, so that all refuse the same and retry alike.</summary>
public static class StorageRules
{
    /// <summary>The reason stored with a trial whose lease lapsed.</summary>
    public const string LapsedReason = FailureKinds.LapsedReason;

    /// <summary>The name of the system attribute that holds the reason of a failure.</summary>
    public const string FailReasonKey = SystemKeys.FailReason;

    /// <summary>The name of the system attribute by which a trial is known as the retry of a failed one.</summary>
    public const string FailedTrialKey = SystemKeys.FailedTrial;

    /// <summary>Checks the definition of a new study.</summary>
    /// <exception cref="ArgumentException">The name or the directions cannot be stored.</exception>
    public static void Check(StudyDefinition study)
    {
        ArgumentNullException.ThrowIfNull(study);
        Guard.Name(study.Name);
        Guard.NotNullOrEmpty(study.Directions);
        foreach (Direction direction in study.Directions) Guard.Defined(direction, nameof(study.Directions));
        CheckKeys(study.UserAttributes);
        CheckKeys(study.SystemAttributes);
    }

    /// <summary>Checks changes of study attributes.</summary>
    /// <exception cref="ArgumentException">A name cannot be stored.</exception>
    public static void Check(AttributeChanges changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        CheckKeys(changes.User);
        CheckKeys(changes.System);
        CheckKeys(changes.PutIfAbsent);
    }

    /// <summary>Checks a request to start trials.</summary>
    /// <exception cref="ArgumentException">A count is out of range.</exception>
    public static void Check(TrialStart start)
    {
        ArgumentNullException.ThrowIfNull(start);
        Guard.AtLeast(start.Count, 1);
        if (start.TotalTrials is { } total) Guard.AtLeast(total, 0, nameof(start.TotalTrials));
    }

    /// <summary>Checks lease rules.</summary>
    /// <exception cref="ArgumentException">A rule is out of range.</exception>
    public static void Check(LeaseRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        Guard.AtLeast(rules.Grace, TimeSpan.Zero);
        Guard.AtLeast(rules.MaxRetries, 0);
    }

    /// <summary>Checks trials that are to be added.</summary>
    /// <param name="import">The request.</param>
    /// <param name="objectives">The study's number of objectives.</param>
    /// <exception cref="ArgumentException">A template is running without leave, has the wrong number of values, or something that cannot be stored.</exception>
    /// <exception cref="DistributionChangedException">Two templates have one parameter with distributions that clash.</exception>
    public static void Check(TrialImport import, int objectives)
    {
        ArgumentNullException.ThrowIfNull(import);
        Guard.NotNull(import.Trials);
        var distributions = new Dictionary<string, Distribution>(StringComparer.Ordinal);
        foreach (TrialTemplate template in import.Trials)
        {
            Check(template, objectives, import.KeepsRunning);
            // Trials of one request must fit each other, too.
            foreach (Parameter parameter in template.Parameters)
            {
                if (!distributions.TryAdd(parameter.Name, parameter.Distribution)) CheckCompatible(parameter, distributions[parameter.Name]);
            }
        }
    }

    /// <summary>Checks the changes of a trial.</summary>
    /// <param name="changes">The changes.</param>
    /// <param name="objectives">The study's number of objectives.</param>
    /// <exception cref="ArgumentException">The end has the wrong state or number of values, or something cannot be stored.</exception>
    public static void Check(TrialChanges changes, int objectives)
    {
        ArgumentNullException.ThrowIfNull(changes);
        for (int i = 0; i < changes.Parameters.Count; i++) Check(changes.Parameters[i]);
        foreach ((long step, _) in changes.IntermediateValues) CheckStep(step);
        CheckKeys(changes.UserAttributes);
        CheckKeys(changes.SystemAttributes);
        if (changes.Study is { } study) Check(study);
        if (changes.Finish is not { } finish) return;
        CheckValues(finish.State, finish.Values, objectives);
        if (finish.Retry is not { } retry) return;
        if (finish.State != TrialState.Failed || retry.State != TrialState.Waiting)
        {
            throw new ArgumentException(
                $"Only a failed trial is tried again, by a waiting one; this one ends as {finish.State}, and the next try is {retry.State}.", nameof(changes));
        }
        Check(retry, objectives);
    }

    /// <summary>Checks that a parameter fits the distribution that its name has in the study.</summary>
    /// <exception cref="DistributionChangedException">It does not.</exception>
    public static void CheckCompatible(Parameter parameter, Distribution known)
    {
        ArgumentNullException.ThrowIfNull(known);
        if (!known.IsCompatibleWith(parameter.Distribution)) throw new DistributionChangedException(parameter.Name, known, parameter.Distribution);
    }

    /// <summary>The waiting trial that tries a failed trial's parameters again; null when it was tried often enough.</summary>
    /// <remarks>The chain of tries is kept as Optuna keeps it, in <c>failed_trial</c> and <c>retry_history</c>.</remarks>
    public static TrialTemplate? NextTry(TrialRecord failed, int maxRetries)
    {
        ArgumentNullException.ThrowIfNull(failed);
        IReadOnlyList<AttributeValue> earlier = failed.SystemAttributes.TryGetValue(SystemKeys.RetryHistory, out AttributeValue? history) && history.Kind == AttributeKind.Array ? history.Items : [];
        if (earlier.Count >= maxRetries) return null;
        AttributeSet attributes = AttributeSet.Empty
            .With(SystemKeys.FixedParams, GivenParameters(failed))
            .With(SystemKeys.FailedTrial, failed.SystemAttributes.TryGetValue(SystemKeys.FailedTrial, out AttributeValue? first) ? first : failed.Number)
            .With(SystemKeys.RetryHistory, AttributeValue.Array([.. earlier, failed.Number]));
        if (failed.SystemAttributes.TryGetValue(SystemKeys.RepeatOf, out AttributeValue? repeated)) attributes = attributes.With(SystemKeys.RepeatOf, repeated);
        return new TrialTemplate { State = TrialState.Waiting, UserAttributes = failed.UserAttributes, SystemAttributes = attributes };
    }

    /// <summary>Whether a trial has, or was given, the very parameters that a waiting trial is given.</summary>
    public static bool HaveSameGivenParameters(TrialRecord trial, TrialTemplate waiting)
    {
        ArgumentNullException.ThrowIfNull(trial);
        ArgumentNullException.ThrowIfNull(waiting);
        if (!waiting.SystemAttributes.TryGetValue(SystemKeys.FixedParams, out AttributeValue? wanted)) return false;
        AttributeValue had = trial.SystemAttributes.TryGetValue(SystemKeys.FixedParams, out AttributeValue? given) ? given : External(trial.Parameters);
        if (had.Kind != AttributeKind.Object || had.Members.Count != wanted.Members.Count) return false;
        foreach ((string name, AttributeValue value) in wanted.Members)
        {
            if (!had.TryGetMember(name, out AttributeValue? other) || !StoredEquality.Instance.Equals(value, other)) return false;
        }
        return true;
    }

    /// <summary>All parameters that a trial is known to have been about to use: given, suggested, or drawn jointly and stored.</summary>
    private static AttributeValue GivenParameters(TrialRecord trial)
    {
        var members = new OrderedDictionary<string, AttributeValue?>(StringComparer.Ordinal);
        foreach ((string name, AttributeValue value) in JointSample.DecodeExternal(trial.SystemAttributes)) members[name] = value;
        if (trial.SystemAttributes.TryGetValue(SystemKeys.FixedParams, out AttributeValue? given) && given.Kind == AttributeKind.Object)
        {
            foreach ((string name, AttributeValue value) in given.Members) members[name] = value;
        }
        foreach (Parameter parameter in trial.Parameters) members[parameter.Name] = AttributeValue.From(parameter.External);
        return AttributeValue.Object(members.Select(member => (member.Key, member.Value)));
    }

    private static AttributeValue External(ParameterSet parameters) =>
        AttributeValue.Object(parameters.Select(parameter => (parameter.Name, (AttributeValue?)AttributeValue.From(parameter.External))));

    private static void Check(TrialTemplate template, int objectives, bool mayRun = false)
    {
        ArgumentNullException.ThrowIfNull(template);
        if (template.State == TrialState.Running && !mayRun) throw new ArgumentException("A trial cannot be added as running. Add it as waiting or finished, or ask for a new one.", nameof(template));
        if (template.State is TrialState.Waiting or TrialState.Running)
        {
            if (template.Values.Count > 0) throw new ArgumentException($"A trial that is {template.State} has no values, but {template.Values.Count} were given.", nameof(template));
        }
        else
        {
            CheckValues(template.State, template.Values, objectives);
        }
        foreach (Parameter parameter in template.Parameters) Check(parameter);
        // Other programs may have stored steps of 64 bits, which an import must be able to take over.
        foreach (long step in template.IntermediateValues.Steps) Guard.AtLeast(step, 0);
        CheckKeys(template.UserAttributes);
        CheckKeys(template.SystemAttributes);
        if (template.CompletedAt < template.StartedAt)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"The trial ends at {template.CompletedAt:O}, before it starts at {template.StartedAt:O}."), nameof(template));
        }
    }

    private static void Check(Parameter parameter)
    {
        Guard.Name(parameter.Name);
        Guard.NotNull(parameter.Distribution);
        if (double.IsNaN(parameter.Value)) throw new ArgumentException($"The internal value of the parameter '{parameter.Name}' is NaN, which cannot be stored.", nameof(parameter));
        // Numbers may lie outside of the bounds, as enqueued ones do. An index without a choice could never be read again.
        if (parameter.Distribution is CategoricalDistribution && !parameter.Distribution.Contains(parameter.Value))
        {
            throw new ArgumentException(
                $"The internal value {Guard.Show(parameter.Value)} of the parameter '{parameter.Name}' is no index of {parameter.Distribution}. Give one from 0.", nameof(parameter));
        }
    }

    private static void CheckStep(long step)
    {
        if (step is >= 0 and <= int.MaxValue) return;
        throw new ArgumentOutOfRangeException(nameof(step), step, $"The step is {Guard.Show(step)}, but a storage takes 0 to {Guard.Show(int.MaxValue)}.");
    }

    private static void CheckValues(TrialState state, IReadOnlyList<double> values, int objectives)
    {
        if (!state.IsFinished()) throw new ArgumentException($"A trial ends as complete, pruned or failed, not as {state}.", nameof(state));
        foreach (double value in values)
        {
            if (double.IsNaN(value)) throw new ArgumentException("NaN is not a value that a trial can end with. End it as failed.", nameof(values));
        }
        bool isRightCount = state switch
        {
            TrialState.Complete => values.Count == objectives,
            TrialState.Pruned => values.Count == 0 || values.Count == objectives,
            _ => values.Count == 0,
        };
        if (!isRightCount)
        {
            throw new ArgumentException(
                $"A trial that is {state} in a study with {objectives} objective(s) cannot have {values.Count} value(s).", nameof(values));
        }
    }

    private static void CheckKeys(AttributeSet attributes)
    {
        foreach (string key in attributes.KeySpan) Guard.Name(key, "attribute name");
    }
}
