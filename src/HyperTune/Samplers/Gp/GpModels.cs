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

    // A trial without a value counts as about average, roughly: one standard deviation of a third.
    private const double NoiseOfUnvalued = 0.1;

    /// <summary>The number of objectives.</summary>
    public int Objectives => All.Length - Thresholds.Length;

    /// <summary>Fits the models, or takes over what was noted with an earlier trial, and notes it.</summary>
    /// <returns>Null when no objective tells trials apart.</returns>
    public static GpModels? Fit(StudyHistory history, TrialContext trial, GpSpace space, GpSamplerOptions options, GpTrials all, GpTrials trials)
    {
        bool hasOne = trials.Losses.Length == 1, differs = false;
        List<double[]> losses = [];
        foreach (double[] objective in trials.Losses)
        {
            // Hypervolumes are compared on the scale of the values, so that only a single objective is warped.
            differs |= LossScale.TryScale(objective, options.WarpsValues && hasOne, out double[] scaled);
            losses.Add(scaled);
        }
        if (!differs) return null;
        List<double> thresholds = [];
        foreach (double[] constraint in trials.Constraints)
        {
            // A constraint that is the same everywhere teaches nothing.
            if (!LossScale.TryScaleConstraint(constraint, out double[] scaled, out double threshold)) continue;
            losses.Add(scaled);
            thresholds.Add(threshold);
        }
        bool[] isCategorical = [.. space.Dimensions.Select(dimension => dimension.IsCategorical)];
        var points = new GpPoints(isCategorical, trials.Count + trials.Unvalued.Count + trials.Running.Count);
        foreach (double[] point in trials.Points) points.Add(point);
        double[][] logs = Parameters(history, trial, space, options, all, losses, points);
        foreach (double[] point in trials.Unvalued.Concat(trials.Running)) points.Add(point);
        var models = new GaussianProcess[losses.Count];
        for (int i = 0; i < models.Length; i++)
        {
            models[i] = GaussianProcess.Condition(points, losses[i], GpParameters.FromLogs(logs[i], options.IsDeterministic));
        }
        return new(models, [.. losses], [.. thresholds]);
    }

    /// <summary>Takes in trials that ended without a value: bad ones, as it seems, so that they count as average where better is expected.</summary>
    public void AppendUnvalued(GpTrials trials)
    {
        double[] mean = new double[1], variance = new double[1];
        foreach (double[] point in trials.Unvalued)
        {
            for (int i = 0; i < All.Length; i++)
            {
                All[i].Predict(point, mean, variance);
                All[i].Append(i < Objectives ? Math.Max(mean[0], 0) : mean[0], NoiseOfUnvalued);
            }
        }
    }

    private static double[][] Parameters(StudyHistory history, TrialContext trial, GpSpace space, GpSamplerOptions options, GpTrials all, List<double[]> losses, GpPoints points)
    {
        int d = points.Dimensions, n = all.Count;
        ulong signature = space.Signature;
        GpNote? note = GpNote.Newest(history, all, signature, losses.Count, d);
        int pause = n < AlwaysRefitted ? 1 : Math.Min((n / (AlwaysRefitted / 2)) - 1, LongestPause);
        if (note is not null && n - note.Trials < pause && n >= note.Trials) return note.Logs;
        bool restarts = note is null || n <= AlwaysRestarted || n / pause % RestartedFits == 0;
        var prior = new GpPrior(options.HasDimensionScaledPrior ?? d > DimensionsForScaledPrior);
        var logs = new double[losses.Count][];
        for (int i = 0; i < logs.Length; i++)
        {
            List<double[]> starts = [];
            if (note is not null) starts.Add(note.Logs[i]);
            if (restarts) starts.Add(prior.Start(d, 1).ToLogs());
            if (restarts && n <= AlwaysRestarted) starts.Add(prior.Start(d, LowNoise).ToLogs());
            (logs[i], _) = GpFit.Run(new GpLikelihood(points, losses[i], prior, options.IsDeterministic), starts, options.IsDeterministic, evaluations: MostEvaluations);
        }
        new GpNote(n, logs).Write(trial, signature);
        return logs;
    }
}
