using HyperTune.Trials;

namespace HyperTune.Spaces;

/// <summary>Draws one parameter at random: evenly over its transformed range.</summary>
internal static class RandomDraw
{
    /// <summary>Draws a parameter of a trial on its own, from the stream that belongs to its name.</summary>
    internal static double Independent(TrialContext trial, string name, Distribution distribution) =>
        FromUniform(distribution, trial.RandomDouble("independent", name));

    /// <summary>The internal value that a uniform number stands for.</summary>
    /// <param name="distribution">The distribution, with finite bounds.</param>
    /// <param name="uniform">A uniform number from 0 to below 1.</param>
    /// <returns>
    /// A value of the distribution. Every grid value and every choice has the same mass; a whole number k on a logarithmic scale has a
    /// mass of ln((k + 1/2) / (k - 1/2)); a double never is the high bound.
    /// </returns>
    internal static double FromUniform(Distribution distribution, double uniform)
    {
        if (distribution is FloatDistribution { Step: null } or { GridSize: null }) return Continuous(distribution, uniform);
        if (distribution is IntDistribution { Log: true } range)
        {
            double v = Math.Exp(Between(Math.Log(range.Low - 0.5), Math.Log(range.High + 0.5), uniform));
            return Math.Clamp(Math.Round(v), range.Low, range.High);
        }
        long count = distribution.GridSize!.Value;
        return distribution.GridValue(Math.Min((long)(uniform * count), count - 1));
    }

    /// <summary>A point between two bounds, also where their distance is beyond the largest double.</summary>
    internal static double Between(double low, double high, double share)
    {
        double range = high - low;
        return double.IsFinite(range) ? low + share * range : low * (1 - share) + high * share;
    }

    private static double Continuous(Distribution distribution, double uniform)
    {
        if (distribution is not FloatDistribution range)
        {
            // A whole range of 64 bits, which only a storage can hold.
            var integers = (IntDistribution)distribution;
            return Math.Clamp(Math.Round(Between(integers.Low, integers.High, uniform)), integers.Low, integers.High);
        }
        if (range.IsSingle) return range.Low;
        if (range.Step is { } step)
        {
            double steps = Math.Round(Between(range.Low, range.High, uniform) / step - range.Low / step);
            return Math.Clamp(range.Low + steps * step, range.Low, range.High);
        }
        double value = range.Log ? Math.Exp(Between(Math.Log(range.Low), Math.Log(range.High), uniform)) : Between(range.Low, range.High, uniform);
        return Math.Clamp(value, range.Low, Math.BitDecrement(range.High));
    }
}
