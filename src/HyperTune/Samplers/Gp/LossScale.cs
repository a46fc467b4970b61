using System.Numerics.Tensors;

namespace HyperTune.Samplers.Gp;

/// <summary>Turns losses into what a Gaussian process expects: mean 0, variance 1, and about as skew as a normal distribution.</summary>
internal static class LossScale
{
    // Penalties and explosions count as bad, but do not press all the others together: 5 interquartile ranges are 7 deviations of a normal distribution.
    private const double Fence = 5;

    // Relative to the largest magnitude; below it differences are rounding.
    private const double LeastSpread = 1e-13;

    /// <summary>Scales losses.</summary>
    /// <param name="losses">Losses without NaN; infinite ones become the largest or smallest finite one.</param>
    /// <param name="warps">Whether skewness is taken out by a power transform.</param>
    /// <param name="scaled">The scaled losses in the same order; zeros when all are equal.</param>
    /// <returns>Whether they differ.</returns>
    public static bool TryScale(ReadOnlySpan<double> losses, bool warps, out double[] scaled) => TryScale(losses, [], warps, out scaled, out _);

    /// <summary>Scales losses and their standard errors.</summary>
    /// <param name="losses">Losses without NaN; infinite ones become the largest or smallest finite one.</param>
    /// <param name="errors">The standard error of each, finite and at least 0; empty for none.</param>
    /// <param name="warps">Whether skewness is taken out by a power transform.</param>
    /// <param name="scaled">The scaled losses in the same order; zeros when all are equal.</param>
    /// <param name="scaledErrors">Half of what lies between a loss less and a loss plus its error; empty without errors.</param>
    /// <returns>Whether the losses differ.</returns>
    public static bool TryScale(ReadOnlySpan<double> losses, ReadOnlySpan<double> errors, bool warps, out double[] scaled, out double[] scaledErrors)
    {
        scaled = Finite(losses, out int exponent);
        scaledErrors = errors.ToArray();
        double[] lower = [.. scaled], upper = [.. scaled];
        for (int i = 0; i < errors.Length; i++)
        {
            double error = Math.ScaleB(errors[i], exponent);
            lower[i] -= error;
            upper[i] += error;
        }
        double[] sorted = [.. scaled.Order()];
        double quarter = sorted[sorted.Length / 4], threeQuarters = sorted[3 * sorted.Length / 4];
        double fence = threeQuarters + (Fence * (threeQuarters - quarter));
        if (threeQuarters > quarter) TensorPrimitives.Min(scaled, fence, scaled);
        if (!TryStandardize(scaled, out double mean, out double deviation)) return false;
        double power = warps ? YeoJohnson.Fit(scaled) : 1, warpedMean = 0, warpedDeviation = 1;
        if (warps)
        {
            for (int i = 0; i < scaled.Length; i++) scaled[i] = YeoJohnson.Transform(scaled[i], power);
            if (!TryStandardize(scaled, out warpedMean, out warpedDeviation)) return false;
        }
        for (int i = 0; i < errors.Length; i++) scaledErrors[i] = (Scale(upper[i]) - Scale(lower[i])) / 2;
        return true;

        double Scale(double loss)
        {
            double standard = (loss - mean) / deviation;
            return warps ? (YeoJohnson.Transform(standard, power) - warpedMean) / warpedDeviation : standard;
        }
    }

    /// <summary>Scales the values of a constraint, which holds up to a threshold.</summary>
    /// <returns>Whether the values differ.</returns>
    public static bool TryScaleConstraint(ReadOnlySpan<double> values, out double[] scaled, out double threshold)
    {
        scaled = Finite(values, out _);
        bool differs = TryStandardize(scaled, out double mean, out double deviation);
        threshold = differs ? -mean / deviation : 0;
        return differs;
    }

    /// <summary>Finite numbers of a size whose squares are finite: scaled by a power of two.</summary>
    private static double[] Finite(ReadOnlySpan<double> losses, out int exponent)
    {
        double least = double.PositiveInfinity, largest = double.NegativeInfinity;
        foreach (double loss in losses)
        {
            if (!double.IsFinite(loss)) continue;
            least = Math.Min(least, loss);
            largest = Math.Max(largest, loss);
        }
        // Only infinities: two values are enough to tell them apart.
        if (least > largest) (least, largest) = (0, 1);
        double size = Math.Max(Math.Abs(least), Math.Abs(largest));
        exponent = size > 0 ? -Math.ILogB(size) : 0;
        var finite = new double[losses.Length];
        for (int i = 0; i < finite.Length; i++) finite[i] = Math.ScaleB(Math.Clamp(losses[i], least, largest), exponent);
        return finite;
    }

    /// <summary>Moves and stretches values to mean 0 and variance 1.</summary>
    /// <returns>False where they are equal: they become zeros.</returns>
    public static bool TryStandardize(double[] values, out double mean, out double deviation)
    {
        mean = TensorPrimitives.Average<double>(values);
        double center = mean;
        TensorPrimitives.Subtract(values, center, values);
        deviation = Math.Sqrt(TensorPrimitives.SumOfSquares<double>(values) / values.Length);
        if (!(deviation > LeastSpread * Math.Abs(center)) || deviation < 1e-150)
        {
            Array.Clear(values);
            return false;
        }
        TensorPrimitives.Divide(values, deviation, values);
        return true;
    }
}
