using System.Numerics.Tensors;

namespace HyperTune.Samplers.Gp;

/// <summary>The scaled losses of a branch, and how they relate to those of the other branches.</summary>
/// <remarks>What is expected of branches is compared on a common scale, on which the losses of all of them were made normal together; a model is fitted to those of its branch with mean 0 and variance 1.</remarks>
/// <param name="Scaled">By objective, a loss for each trial.</param>
/// <param name="Errors">By objective, the standard error of each, as far as known; empty where nothing is.</param>
/// <param name="Means">By objective, the branch's mean on the common scale.</param>
/// <param name="Deviations">By objective, the branch's deviation on the common scale.</param>
internal sealed record GpLosses(double[][] Scaled, double[][] Errors, double[] Means, double[] Deviations)
{
    /// <summary>The logarithm of what a unit of volume of the branch's scale is on the common one.</summary>
    public double LogUnit => Deviations.Sum(Math.Log);

    /// <summary>Scales the losses of all branches together.</summary>
    /// <returns>Null when no objective tells trials apart.</returns>
    public static GpLosses[]? Of(IReadOnlyList<GpTrials> branches, int objectives, bool warps)
    {
        bool differs = false;
        var losses = new GpLosses[branches.Count];
        for (int b = 0; b < losses.Length; b++) losses[b] = new(new double[objectives][], new double[objectives][], new double[objectives], [.. Enumerable.Repeat(1.0, objectives)]);
        for (int k = 0; k < objectives; k++)
        {
            // Hypervolumes are compared on the scale of the values, so that only a single objective is warped.
            bool hasErrors = branches.Any(trials => trials.Errors[k].Length > 0);
            double[] errors = hasErrors ? [.. branches.SelectMany(trials => trials.Errors[k].Length > 0 ? trials.Errors[k] : new double[trials.Count])] : [];
            differs |= LossScale.TryScale([.. branches.SelectMany(trials => trials.Losses[k])], errors, warps && objectives == 1, out double[] scaled, out double[] scaledErrors);
            for (int b = 0, start = 0; b < losses.Length; start += branches[b++].Count)
            {
                losses[b].Scaled[k] = scaled.AsSpan(start, branches[b].Count).ToArray();
                losses[b].Errors[k] = hasErrors ? scaledErrors.AsSpan(start, branches[b].Count).ToArray() : [];
                if (losses.Length == 1 || !LossScale.TryStandardize(losses[b].Scaled[k], out losses[b].Means[k], out double deviation)) continue;
                losses[b].Deviations[k] = deviation;
                TensorPrimitives.Divide(losses[b].Errors[k], deviation, losses[b].Errors[k]);
            }
        }
        return differs ? losses : null;
    }

    /// <summary>A loss of the common scale on that of the branch.</summary>
    public double ToBranch(int objective, double loss) => (loss - Means[objective]) / Deviations[objective];

    /// <summary>A loss of the branch's scale on the common one.</summary>
    public double ToCommon(int objective, double loss) => Means[objective] + (Deviations[objective] * loss);
}
