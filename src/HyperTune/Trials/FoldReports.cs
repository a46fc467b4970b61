namespace HyperTune.Trials;

/// <summary>The stored form of reports by fold: the step is fold · stride + step within the fold, and the stride is noted with the trial.</summary>
internal static class FoldReports
{
    /// <summary>The stride where folds have steps: seen in decimals, what follows the millions is the step within the fold.</summary>
    public const long Stride = 1_000_000;

    private const double Rounding = 1e-12;

    /// <summary>The stride where each fold has one report.</summary>
    public const long OneEach = 1;

    /// <summary>The stride of a trial that reports by fold; 0 for others, and for what is no whole number of at least 1.</summary>
    public static long StrideOf(AttributeSet attributes) =>
        attributes.TryGetValue(SystemKeys.FoldStride, out AttributeValue? note) && note.TryGetInt64(out long stride) && stride >= 1 ? stride : 0;

    /// <summary>Whether reports that are not by fold seem to be scores of folds all the same: the value is their mean, and none of them.</summary>
    public static bool LookRaw(IntermediateValues reports, AttributeSet attributes, double value)
    {
        if (reports.Count < 2 || StrideOf(attributes) != 0) return false;
        double sum = 0, size = 0;
        foreach (double report in reports.Values)
        {
            sum += report;
            size += Math.Abs(report);
        }
        // The objective may have added them up in another order. False for NaN.
        return Math.Abs(value - (sum / reports.Count)) <= Rounding * size && !reports.Values.Contains(value);
    }

    /// <summary>The last value that each fold reported for the first objective, in order of folds; empty for a trial that does not report by fold.</summary>
    public static double[] LastOf(TrialRecord trial)
    {
        long stride = StrideOf(trial.SystemAttributes);
        if (stride == 0) return [];
        var last = new List<double>();
        ReadOnlySpan<long> steps = trial.IntermediateValues.Steps;
        for (int i = 0; i < steps.Length; i++)
        {
            if (i + 1 == steps.Length || steps[i + 1] / stride != steps[i] / stride) last.Add(trial.IntermediateValues.Values[i]);
        }
        return [.. last];
    }
}
