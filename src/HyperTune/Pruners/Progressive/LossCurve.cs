namespace HyperTune.Pruners.Progressive;

/// <summary>The losses of a trial by step.</summary>
/// <param name="Steps">Ascending.</param>
/// <param name="Losses">One for each step; NaN where there is none.</param>
internal sealed record LossCurve(long[] Steps, double[] Losses);
