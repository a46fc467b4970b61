using System.Globalization;
using HyperTune.History;
using HyperTune.Samplers.Gp.Process;
using HyperTune.Trials;

namespace HyperTune.Samplers.Gp;

/// <summary>Fitted models of all objectives and constraints over the same points.</summary>
/// <param name="All">The objectives' models, then those of the constraints.</param>
/// <param name="Losses">By model, the scaled losses.</param>
/// <param name="Thresholds">By constraint, the scaled value up to which it holds.</param>
internal sealed record GpModels(GaussianProcess[] All, double[][] Losses, double[] Thresholds)
{
    // Fits follow every trial up to here, then every so many per fifty trials.
    private const int AlwaysRefitted = 100, LongestPause = 10;

    // Up to here every fit also starts anew; later each tenth one does.
    private const int AlwaysRestarted = 50, RestartedFits = 10;

    private const int MostEvaluations = 60;
    private const double LowNoise = 1e-4;
    private const int DimensionsForScaledPrior = 15;

    // So noisy that it says nothing.
    private const double UnknownNoise = 1e12;

    /// <summary>The number of objectives.</summary>
    public int Objectives => All.Length - Thresholds.Length;

    /// <summary>Fits the models of a branch, or takes over what was noted with an earlier trial, and notes it.</summary>
    /// <param name="history">The study.</param>
    /// <param name="trial">The trial that is being proposed, with which fits are noted.</param>
    /// <param name="branch">The branch.</param>
    /// <param name="options">The sampler's options.</param>
    /// <param name="rows">The rows of all complete trials, in order of number.</param>
    /// <param name="known">How many complete trials the branch has.</param>
    /// <param name="trials">Those of them that the models are fitted to.</param>
    /// <param name="scaledLosses">Their losses.</param>
    public static GpModels Fit(StudyHistory history, TrialContext trial, GpBranch branch, GpSamplerOptions options, ReadOnlySpan<int> rows, int known, GpTrials trials, GpLosses scaledLosses)
    {
        List<double[]> losses = [.. scaledLosses.Scaled];
        // What is known of the noise adds to what is fitted.
        double[][] moreNoise = [.. scaledLosses.Errors.Select(errors => Array.ConvertAll(errors, error => error * error))];
        List<double> thresholds = [];
        foreach (double[] constraint in trials.Constraints)
        {
            // A constraint that is the same everywhere teaches nothing.
            if (!LossScale.TryScaleConstraint(constraint, out double[] scaled, out double threshold)) continue;
            losses.Add(scaled);
            thresholds.Add(threshold);
        }
        if (trials.Unvalued.Count > 0)
        {
            // To end with a value is one more constraint, of which only the outcome is known.
            double[] outcomes = [.. Enumerable.Repeat(-1.0, trials.Count), .. Enumerable.Repeat(1.0, trials.Unvalued.Count)];
            LossScale.TryScaleConstraint(outcomes, out double[] scaled, out double threshold);
            losses.Add(scaled);
            thresholds.Add(threshold);
        }
        var points = new GpPoints(branch.Space.IsCategorical, trials.Tried.Count());
        foreach (double[] point in trials.Tried) points.Add(point);
        ulong signature = branch.Signature(string.Create(CultureInfo.InvariantCulture, $"{moreNoise.Length} of {losses.Count} {losses[^1].Length > losses[0].Length}"));
        GpNote fit = Parameters(history, trial, branch, signature, options, rows, moreNoise, known, losses, points);
        var models = new GaussianProcess[losses.Count];
        for (int i = 0; i < models.Length; i++)
        {
            var parameters = GpParameters.FromLogs(fit.Logs[i], options.IsDeterministic);
            // Known noise is scaled anew with every trial, and outcomes have more points than trials.
            bool isKept = fit.Trials < known && losses[i].Length == trials.Count && (i >= moreNoise.Length || moreNoise[i].Length == 0);
            models[i] = isKept
                ? GaussianProcess.Condition(points, losses[i], parameters, GpFactors.Of(history).Get(signature, i, trials.Rows, Math.Min(fit.Trials, trials.Count), points, fit.Logs[i], parameters))
                : GaussianProcess.Condition(points, losses[i], parameters, i < moreNoise.Length ? moreNoise[i] : []);
            // The others know nothing of what ended without a value, but all models have the same points.
            for (int k = losses[i].Length; k < trials.Count + trials.Unvalued.Count; k++) models[i].Append(0, UnknownNoise);
            for (int k = 0; k < trials.Failed.Count; k++) models[i].AppendTried();
        }
        return new(models, [.. losses], [.. thresholds]);
    }

    private static GpNote Parameters(
        StudyHistory history, TrialContext trial, GpBranch branch, ulong signature, GpSamplerOptions options, ReadOnlySpan<int> rows, double[][] moreNoise, int n, List<double[]> losses, GpPoints points)
    {
        int d = points.Dimensions;
        GpNote? note = GpNote.Newest(history, rows, branch, signature, losses.Count);
        int pause = n < AlwaysRefitted ? 1 : Math.Min((n / (AlwaysRefitted / 2)) - 1, LongestPause);
        if (note is not null && n - note.Trials < pause && n >= note.Trials) return note;
        bool restarts = note is null || n <= AlwaysRestarted || n / pause % RestartedFits == 0;
        var prior = new GpPrior(options.HasDimensionScaledPrior ?? d > DimensionsForScaledPrior);
        var logs = new double[losses.Count][];
        for (int i = 0; i < logs.Length; i++)
        {
            List<double[]> starts = [];
            if (note is not null) starts.Add(note.Logs[i]);
            if (restarts) starts.Add(prior.Start(d, 1).ToLogs());
            if (restarts && n <= AlwaysRestarted) starts.Add(prior.Start(d, LowNoise).ToLogs());
            var likelihood = new GpLikelihood(points, losses[i], prior, options.IsDeterministic, moreNoise: i < moreNoise.Length ? moreNoise[i] : []);
            (logs[i], _) = GpFit.Run(likelihood, starts, options.IsDeterministic, evaluations: MostEvaluations);
        }
        var fit = new GpNote(n, logs);
        fit.Write(trial, branch, signature);
        return fit;
    }
}
