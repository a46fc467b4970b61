using System.Globalization;
using HyperTune.History;
using HyperTune.Termination;

namespace HyperTune;

/// <summary>Stops a study that has spent what it may: trials, time of trials, or reported steps.</summary>
/// <remarks>
/// <para>What counts is what the whole study has spent over all workers and restarts. Choose it to compare studies at equal cost: where trials are pruned, or differ in length, the number of
/// reports or the time is a fairer budget than the number of trials.</para>
/// <para>Ended trials count, failed ones included, since they cost as well; imported ones do not. Running trials are counted when they end, so that the budget is overdrawn by those that run
/// when it is reached.</para>
/// <para>A decision costs the same for any number of trials. Safe for concurrent use.</para>
/// </remarks>
public sealed class BudgetTerminator : ITerminator
{
    private readonly BudgetTerminatorOptions _options;

    /// <summary>Makes the terminator.</summary>
    /// <exception cref="ArgumentException">There is no limit.</exception>
    public BudgetTerminator(BudgetTerminatorOptions options)
    {
        _options = Guard.NotNull(options);
        if (options is { Trials: null, TrialTime: null, Reports: null }) throw new ArgumentException("The budget has no limit. Set Trials, TrialTime or Reports.", nameof(options));
    }

    /// <inheritdoc/>
    public TerminationDecision ShouldStop(StudyHistory history)
    {
        Expenses spent = Expenses.Of(Guard.NotNull(history));
        if (spent.Trials >= _options.Trials) return Because(Shown.Count(spent.Trials, "trial"), Shown.Count(_options.Trials.Value, "trial"));
        if (spent.Time >= _options.TrialTime) return Because(spent.Time.ToString("c", CultureInfo.InvariantCulture), $"{_options.TrialTime.Value.ToString("c", CultureInfo.InvariantCulture)} of trials");
        if (spent.Reports >= _options.Reports) return Because(Shown.Count(spent.Reports, "report"), Shown.Count(_options.Reports.Value, "report"));
        return TerminationDecision.GoOn;
    }

    private static TerminationDecision Because(string spent, string budget) => TerminationDecision.Because($"{spent} of a budget of {budget} are spent");
}
