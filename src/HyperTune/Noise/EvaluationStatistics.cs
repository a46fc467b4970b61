namespace HyperTune.Noise;

/// <summary>What the evaluations of one configuration say about one objective.</summary>
/// <param name="Count">How many there are.</param>
/// <param name="Mean">Their mean; where each has a reported error, weighted by the inverse of its square.</param>
/// <param name="SquaredDeviations">The sum of their squared distances from the unweighted mean.</param>
/// <param name="ReportedError">The standard error of the mean by the reported errors; NaN where not every evaluation has one.</param>
internal readonly record struct EvaluationStatistics(int Count, double Mean, double SquaredDeviations, double ReportedError)
{
    /// <summary>Sums up evaluations.</summary>
    /// <param name="values">The value of each; at least one.</param>
    /// <param name="errors">The reported standard error of each; NaN for none.</param>
    /// <remarks>
    /// With weights w = 1/s² the error of the mean is √(1/Σw), widened by √(Σw(y − mean)²/(n − 1)) where that is above 1, because the values then scatter more than the
    /// reported errors allow (R. T. Birge, "The Calculation of Errors by the Method of Least Squares", 1932). Errors of 0 are the limit: these values alone count.
    /// </remarks>
    public static EvaluationStatistics Of(ReadOnlySpan<double> values, ReadOnlySpan<double> errors)
    {
        double sum = 0, smallest = double.PositiveInfinity;
        bool hasErrors = true;
        for (int i = 0; i < values.Length; i++)
        {
            sum += values[i];
            hasErrors &= !double.IsNaN(errors[i]);
            smallest = Math.Min(smallest, errors[i]);
        }
        double mean = sum / values.Length, deviations = 0;
        foreach (double value in values) deviations += (value - mean) * (value - mean);
        if (!hasErrors) return new(values.Length, mean, deviations, double.NaN);

        double weights = 0, weighted = 0, scatter = 0;
        for (int i = 0; i < values.Length; i++)
        {
            double weight = Weight(errors[i], smallest);
            weights += weight;
            weighted += weight * values[i];
        }
        mean = weighted / weights;
        for (int i = 0; i < values.Length; i++) scatter += Weight(errors[i], smallest) * (values[i] - mean) * (values[i] - mean);
        double single = values.Length > 1 ? Math.Max(smallest, Math.Sqrt(scatter / (values.Length - 1))) : smallest;
        return new(values.Length, mean, deviations, single / Math.Sqrt(weights));
    }

    /// <summary>The weight relative to that of the smallest error, which is 1, so that none overflows.</summary>
    private static double Weight(double error, double smallest) => error == smallest ? 1 : smallest / error * (smallest / error);
}
