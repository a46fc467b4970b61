using HyperTune.Pruners;
using HyperTune.Trials;

namespace HyperTune;

/// <summary>The live handle with which an objective asks for parameters and reports how it is doing.</summary>
/// <remarks>
/// Suggesting, reporting and setting attributes do no I/O and never throw a storage error. <see cref="Report(double, long)"/> and attributes
/// are safe from several threads of one trial, such as parallel folds; the <c>Suggest…</c> methods are not.
/// </remarks>
public abstract class Trial
{
    /// <summary>The largest step that every storage can hold.</summary>
    public const long MaxStep = int.MaxValue;

    /// <summary>The distance of two folds in stored steps, where folds have steps of their own: step 7 of fold 3 is stored as 3,000,007.</summary>
    public const long FoldStride = FoldReports.Stride;

    private protected Trial()
    {
    }

    /// <summary>The trial's number within its study: 0, 1, 2, …</summary>
    public abstract int Number { get; }

    /// <summary>The parameters suggested so far, as the objective saw them, in that order.</summary>
    public abstract IReadOnlyDictionary<string, object?> Params { get; }

    /// <summary>Attributes set by the user.</summary>
    public abstract IReadOnlyDictionary<string, AttributeValue> UserAttributes { get; }

    /// <summary>Cancelled when the caller cancels, the trial's time is over, or the trial is lost to another process.</summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>Asks for a real number.</summary>
    /// <param name="name">The parameter's name; 1 to 512 characters.</param>
    /// <param name="low">The low bound, included. Finite; above 0 for a logarithmic range.</param>
    /// <param name="high">The high bound, included. Finite and not below <paramref name="low"/>. With a step it is lowered to the grid.</param>
    /// <param name="log">Whether the range is searched on a logarithmic scale.</param>
    /// <param name="step">The distance of the grid's points, above 0; null for a continuous range. Not with <paramref name="log"/>.</param>
    /// <exception cref="ArgumentException">A bound, the step or the name breaks a rule.</exception>
    /// <exception cref="DistributionChangedException">The study has this name with another kind or scale.</exception>
    /// <exception cref="TrialLostException">The trial no longer belongs to this process.</exception>
    public double SuggestDouble(string name, double low, double high, bool log = false, double? step = null) =>
        Suggest(name, (step is null ? KnownRange(name, low, high, log) : null) ?? FloatDistribution.For(Guard.Name(name), low, high, log, step));

    /// <summary>Asks for a whole number of 32 bits.</summary>
    /// <param name="name">The parameter's name; 1 to 512 characters.</param>
    /// <param name="low">The low bound, included; at least 1 for a logarithmic range.</param>
    /// <param name="high">The high bound, included. Lowered to the grid.</param>
    /// <param name="step">The distance of the grid's points; at least 1, and 1 for a logarithmic range.</param>
    /// <param name="log">Whether the range is searched on a logarithmic scale.</param>
    /// <inheritdoc cref="SuggestDouble" path="/exception"/>
    public int SuggestInt(string name, int low, int high, int step = 1, bool log = false) => (int)SuggestLong(name, low, high, step, log);

    /// <summary>Asks for a whole number of 64 bits. Bounds beyond ±2^53 are refused: the stored form is a double.</summary>
    /// <inheritdoc cref="SuggestInt"/>
    public long SuggestLong(string name, long low, long high, long step = 1, bool log = false) =>
        (long)Suggest(name, KnownRange(name, low, high, step, log) ?? IntDistribution.For(Guard.Name(name), low, high, log, step));

    /// <summary>Asks for one of several choices, between which there is no order.</summary>
    /// <typeparam name="T">The type of the choices: text, bool, a number, or <c>object?</c> for mixed kinds.</typeparam>
    /// <param name="name">The parameter's name; 1 to 512 characters.</param>
    /// <param name="choices">At least one; null, bools, whole numbers, doubles and texts. Choices that the stored format holds equal (true, 1 and 1.0) are refused.</param>
    /// <inheritdoc cref="SuggestDouble" path="/exception"/>
    public T SuggestCategorical<T>(string name, IReadOnlyList<T> choices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        return choices[(int)Suggest(name, CategoricalDistribution.For(Guard.Name(name), choices.Cast<object?>()))];
    }

    /// <summary>Asks for true or false.</summary>
    /// <inheritdoc cref="SuggestCategorical{T}" path="/exception"/>
    public bool SuggestBool(string name) => SuggestCategorical(name, Booleans);

    /// <summary>Asks for a member of an enumeration, stored by its name.</summary>
    /// <typeparam name="TEnum">The enumeration; all of its named members are choices.</typeparam>
    /// <inheritdoc cref="SuggestCategorical{T}" path="/exception"/>
    public TEnum SuggestEnum<TEnum>(string name)
        where TEnum : struct, Enum => Enum.Parse<TEnum>(SuggestCategorical(name, Enum.GetNames<TEnum>()));

    /// <summary>Asks for all parameters of a declared space that are active.</summary>
    /// <returns>The values by name.</returns>
    /// <inheritdoc cref="SuggestDouble" path="/exception"/>
    public IReadOnlyDictionary<string, object?> Suggest(SearchSpace space)
    {
        ArgumentNullException.ThrowIfNull(space);
        var values = new OrderedDictionary<string, object?>(StringComparer.Ordinal);
        var known = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (SearchSpaceParameter parameter in space)
        {
            if (!space.IsActive(parameter.Name, name => known.TryGetValue(name, out double value) ? value : null)) continue;
            double internalValue = Suggest(parameter.Name, parameter.Distribution);
            known.Add(parameter.Name, internalValue);
            values.Add(parameter.Name, parameter.Distribution.ToExternal(internalValue));
        }
        return values;
    }

    /// <summary>Reports how the trial does at a step, such as an epoch or a fold. A second report of a step is ignored, with one warning.</summary>
    /// <param name="value">The intermediate value, on the objective's scale. NaN and infinities are kept.</param>
    /// <param name="step">0 to 2^31 - 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is out of range.</exception>
    /// <exception cref="InvalidOperationException">The study has several objectives; report one value for each.</exception>
    /// <exception cref="TrialLostException">The trial no longer belongs to this process.</exception>
    public void Report(double value, long step) => Report(new ObjectiveValues(value), step);

    /// <summary>Reports one value for each objective at a step.</summary>
    /// <exception cref="ArgumentException">The number of values is not the number of objectives.</exception>
    /// <inheritdoc cref="Report(double, long)"/>
    public void Report(ObjectiveValues values, long step) => Report(values, step, stride: 0);

    /// <summary>Reports how one fold of a cross-validation does, or one seed or data set of several. Pruners then compare means over equal folds.</summary>
    /// <remarks>
    /// <para>Folds may be reported in any order and from several threads. Pruners that compare curves take the report of fold f at a step as the mean over the folds 0 to f at this step, once all of
    /// these have come so far; <see cref="WilcoxonPruner"/> compares fold with fold. A trial reports by fold or not, and with steps within folds or without: the forms do not mix.</para>
    /// <para>Stored as an intermediate value: with steps under fold · <see cref="FoldStride"/> + step, without under the fold; the stride, 1,000,000 or 1, is the trial's system attribute
    /// <c>hypertune:fold_stride</c>. Of several objectives the first one's value is stored so, and all of them in a system attribute for each report.</para>
    /// </remarks>
    /// <param name="values">The value, or one for each objective, on the objective's scale. NaN and infinities are kept.</param>
    /// <param name="fold">From 0; up to 2146 with steps, else up to 2^31 - 1.</param>
    /// <param name="step">0 to 999,999, such as an epoch; null, the default, where each fold is reported once.</param>
    /// <exception cref="ArgumentOutOfRangeException">The fold or the step is out of range.</exception>
    /// <exception cref="ArgumentException">The number of values is not the number of objectives.</exception>
    /// <exception cref="InvalidOperationException">The trial has reported in another form before, or the study has several objectives and one value is given.</exception>
    /// <exception cref="TrialLostException">The trial no longer belongs to this process.</exception>
    public void ReportFold(ObjectiveValues values, int fold, long? step = null) =>
        Report(values, TrialRules.FoldStep(fold, step), step is null ? FoldReports.OneEach : FoldReports.Stride);

    /// <summary>Whether the trial should stop, judged by what is known at the time.</summary>
    /// <exception cref="TrialLostException">The trial no longer belongs to this process.</exception>
    public bool ShouldPrune() => Judge().Prune;

    /// <summary>Ends the trial as pruned if it should stop.</summary>
    /// <exception cref="TrialPrunedException">It should; the optimize loop catches this.</exception>
    /// <exception cref="TrialLostException">The trial no longer belongs to this process.</exception>
    public void ThrowIfShouldPrune()
    {
        PruneDecision decision = Judge();
        if (decision.Prune) throw new TrialPrunedException(decision.Reason);
    }

    /// <summary>Stores something with the trial.</summary>
    /// <param name="name">The attribute's name; 1 to 512 characters. A former value is replaced.</param>
    /// <param name="value">A bool, number, text, array or object.</param>
    /// <exception cref="TrialLostException">The trial no longer belongs to this process.</exception>
    public abstract void SetUserAttribute(string name, AttributeValue value);

    /// <summary>Sets one constraint. The trial is feasible when every constraint is at most 0.</summary>
    /// <param name="name">The constraint's name; 1 to 500 characters.</param>
    /// <param name="value">At most 0 when satisfied; else by how much it is violated. Not NaN.</param>
    /// <exception cref="ArgumentException">The value is NaN.</exception>
    /// <exception cref="TrialLostException">The trial no longer belongs to this process.</exception>
    public abstract void SetConstraint(string name, double value);

    /// <summary>Says how uncertain the value is that the objective will return, such as the standard error of a mean over folds or seeds.</summary>
    /// <param name="value">The standard error in the objective's unit: finite, at least 0. A former one is replaced.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 0, infinite or NaN.</exception>
    /// <exception cref="InvalidOperationException">The study has several objectives; give one standard error for each.</exception>
    /// <exception cref="TrialLostException">The trial no longer belongs to this process.</exception>
    public void SetStandardError(double value) => SetStandardError(new ObjectiveValues(value));

    /// <summary>Says how uncertain each objective's value is.</summary>
    /// <param name="values">One standard error for each objective: finite, at least 0. Former ones are replaced.</param>
    /// <exception cref="ArgumentException">The number of values is not the number of objectives.</exception>
    /// <inheritdoc cref="SetStandardError(double)"/>
    public abstract void SetStandardError(ObjectiveValues values);

    /// <summary>Gives the internal value of a parameter.</summary>
    private protected abstract double Suggest(string name, Distribution distribution);

    /// <summary>The very range, if another trial asked for it at the same place; it needs no checks and no copy.</summary>
    private protected virtual FloatDistribution? KnownRange(string name, double low, double high, bool log) => null;

    /// <inheritdoc cref="KnownRange(string, double, double, bool)"/>
    private protected virtual IntDistribution? KnownRange(string name, long low, long high, long step, bool log) => null;

    /// <summary>Takes a report at a stored step.</summary>
    /// <param name="values">One for each objective.</param>
    /// <param name="step">As it is stored.</param>
    /// <param name="stride">The distance of two folds; 0 for a report that is not by fold.</param>
    private protected abstract void Report(ObjectiveValues values, long step, long stride);

    private protected abstract PruneDecision Judge();

    private static readonly bool[] Booleans = [false, true];
}
