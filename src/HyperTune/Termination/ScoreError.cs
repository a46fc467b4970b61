using HyperTune.Trials;

namespace HyperTune.Termination;

/// <summary>How uncertain a trial's value is.</summary>
internal static class ScoreError
{
    /// <summary>The error of a cross-validated score, from the last report of each fold; of fewer than two folds, the standard error that the trial reported. Null if neither is known.</summary>
    /// <remarks>Nadeau and Bengio, 2003: the variance of the mean of k folds is (1/k + 1/(k-1)) s², since training sets overlap.</remarks>
    public static double? Of(TrialRecord trial)
    {
        double[] scores = [.. FoldReports.LastOf(trial).Where(double.IsFinite)];
        if (scores.Length >= 2) return OfFolds(scores);
        double error = ReportedErrors.Of(trial, 0);
        return double.IsNaN(error) ? null : error;
    }

    /// <summary>The error of the mean of two or more fold scores.</summary>
    public static double OfFolds(ReadOnlySpan<double> scores)
    {
        int k = scores.Length;
        double mean = 0, squares = 0;
        foreach (double score in scores) mean += score / k;
        foreach (double score in scores) squares += (score - mean) * (score - mean);
        return Math.Sqrt(((1.0 / k) + (1.0 / (k - 1))) * squares / (k - 1));
    }
}
