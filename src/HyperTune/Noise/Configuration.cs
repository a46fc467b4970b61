using HyperTune.Noise;

namespace HyperTune;

/// <summary>One set of parameters with its evaluations: the complete trials of a study that have these very parameters. Immutable.</summary>
/// <remarks>
/// <para>Where every evaluation has a reported standard error s (<see cref="Trial.SetStandardError(double)"/>), the mean is weighted by 1/s² and its standard error is √(1/Σ(1/s²)), widened
/// by the Birge ratio where the evaluations scatter more than their errors allow.</para>
/// <para>Else the mean is the plain one, and its standard error √(v/n) with v = (4·p + Σ(y − mean)²)/(4 + n − 1). The pooled variance p is that of repeated evaluations around
/// their means over all configurations; without any, the mean square of the reported errors; without these, the standard error is NaN.</para>
/// <para>Sources: R. T. Birge, "The Calculation of Errors by the Method of Least Squares", 1932; G. K. Smyth, "Linear Models and Empirical Bayes Methods for Assessing Differential
/// Expression in Microarray Experiments", 2004, section 3, with 4 prior degrees of freedom in place of estimated ones.</para>
/// </remarks>
public sealed class Configuration
{
    private readonly Replicates _evaluations;
    private readonly IReadOnlyList<Direction> _directions;

    internal Configuration(Replicates evaluations, ReplicateView view, IReadOnlyList<Direction> directions)
    {
        _evaluations = evaluations;
        _directions = directions;
        var means = new double[directions.Count];
        var errors = new double[directions.Count];
        for (int k = 0; k < means.Length; k++) (means[k], errors[k]) = view.Estimate(evaluations, k);
        Trials = Array.AsReadOnly(evaluations.Trials);
        Means = Array.AsReadOnly(means);
        StandardErrors = Array.AsReadOnly(errors);
    }

    /// <summary>The parameters in internal form.</summary>
    public ParameterSet Parameters => Trials[0].Parameters;

    /// <summary>The parameters as the objective sees them.</summary>
    public IReadOnlyDictionary<string, object?> Params => Trials[0].Params;

    /// <summary>The evaluations, in ascending order of number; at least one.</summary>
    public IReadOnlyList<TrialRecord> Trials { get; }

    /// <summary>The number of evaluations.</summary>
    public int Count => Trials.Count;

    /// <summary>The mean of each objective.</summary>
    public IReadOnlyList<double> Means { get; }

    /// <summary>The standard error of each mean; NaN while nothing is known about the noise, and for infinite values.</summary>
    public IReadOnlyList<double> StandardErrors { get; }

    /// <summary>The mean of the only objective.</summary>
    /// <exception cref="InvalidOperationException">There are several objectives; use <see cref="Means"/>.</exception>
    public double Mean => Means[Only];

    /// <summary>The standard error of <see cref="Mean"/>; NaN while nothing is known about the noise.</summary>
    /// <exception cref="InvalidOperationException">There are several objectives; use <see cref="StandardErrors"/>.</exception>
    public double StandardError => StandardErrors[Only];

    /// <summary>Whether no evaluation violates a constraint.</summary>
    public bool IsFeasible => _evaluations.IsFeasible;

    /// <summary>The mean of the only objective, made worse by some standard errors: added where it is minimized, taken away where it is maximized.</summary>
    /// <param name="standardErrors">How many; finite, 0 or more. 1 by default.</param>
    /// <returns>The pessimistic value; the mean itself while nothing is known about the noise.</returns>
    /// <exception cref="InvalidOperationException">There are several objectives.</exception>
    public double PessimisticValue(double standardErrors = 1)
    {
        Guard.AtLeast(Guard.Finite(standardErrors), 0);
        if (double.IsNaN(StandardError)) return Mean;
        return _directions[0] == Direction.Maximize ? Mean - (standardErrors * StandardError) : Mean + (standardErrors * StandardError);
    }

    /// <summary>Means, standard errors, number of evaluations and parameters on one line.</summary>
    public override string ToString()
    {
        IEnumerable<string> estimates = Means.Zip(StandardErrors, static (mean, error) => double.IsNaN(error) ? Short(mean) : $"{Short(mean)} ± {Short(error)}");
        return $"{string.Join(", ", estimates)} ({Count} evaluation(s)){string.Concat(Params.Select(static entry => $" {entry.Key}={(entry.Value is double number ? Short(number) : Guard.Show(entry.Value))}"))}";
    }

    private int Only => _directions.Count == 1 ? 0 : throw new InvalidOperationException($"The configuration has {_directions.Count} objectives. Use Means and StandardErrors.");

    private static string Short(double value) => value.ToString("G6", System.Globalization.CultureInfo.InvariantCulture);
}
