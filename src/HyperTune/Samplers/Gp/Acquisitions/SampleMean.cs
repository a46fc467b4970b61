using HyperTune.Numerics;

namespace HyperTune.Samplers.Gp.Acquisitions;

/// <summary>The logarithm of the mean utility over samples, with the share of each in its derivative.</summary>
internal static class SampleMean
{
    /// <summary>Turns the log utilities of samples into their shares.</summary>
    /// <returns>The logarithm of their mean.</returns>
    public static double Of(Span<double> logs)
    {
        double sum = Logarithms.LogSumExp(logs);
        for (int s = 0; s < logs.Length; s++) logs[s] = double.IsFinite(sum) ? Math.Exp(logs[s] - sum) : 1.0 / logs.Length;
        return sum - Math.Log(logs.Length);
    }
}
