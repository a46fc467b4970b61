namespace HyperTune.Quality.Problems.Own.Curves;

/// <summary>Learning curves of kinds that the suite lacks, chosen before any pruner was tuned on them; they do not change any more.</summary>
internal static class OwnCurves
{
    /// <summary>The problems.</summary>
    public static IReadOnlyList<ICurveProblem> All { get; } =
    [
        new OwnCurveProblem("crossing3", 50, Crossing),
        new OwnCurveProblem("blooming4", 60, Blooming),
        new OwnCurveProblem("noisy_curve3", 40, Noisy),
        new OwnCurveProblem("diverging4", 50, Diverging),
    ];

    /// <summary>Low rates learn slowly and end better, so that the best curves cross the others late.</summary>
    private static OwnCurve Crossing(IParameters parameters)
    {
        double rate = Math.Log10(parameters.Double("rate", 1e-4, 1, log: true));
        double width = Math.Log2(parameters.Int("width", 8, 512, log: true)) - 7;
        double decay = parameters.Double("decay", 0, 1) - 0.7;
        double limit = 0.1 + 0.02 * (rate + 2.5) * (rate + 2.5) + 0.005 * width * width + 0.1 * decay * decay;
        double tau = 2 * Math.Pow(10, -(rate + 1) / 2);
        return Quiet(step => limit + 0.6 * Math.Exp(-(step + 1) / tau));
    }

    /// <summary>Curves lie on a plateau and fall all at once; deep ones fall late, from a worse plateau, and furthest.</summary>
    private static OwnCurve Blooming(IParameters parameters)
    {
        long depth = parameters.Int("depth", 1, 10);
        double rate = Math.Log10(parameters.Double("rate", 1e-4, 1, log: true)) + 2;
        double decay = Math.Log10(parameters.Double("decay", 1e-5, 1, log: true)) + 3;
        double dropout = parameters.Double("dropout", 0, 0.8) - 0.3;
        double limit = 0.05 + 0.006 * (depth - 7) * (depth - 7) + 0.03 * rate * rate + 0.02 * decay * decay + 0.2 * dropout * dropout;
        double plateau = 0.65 + 0.01 * depth, bloom = 3 + 3 * depth + 4 * Math.Abs(rate);
        return Quiet(step => limit + (plateau - limit) / (1 + Math.Exp((step - bloom) / 2)));
    }

    /// <summary>All curves have one shape, under reports that scatter, the more so the smaller the batch. What counts in the end does not scatter.</summary>
    private static OwnCurve Noisy(IParameters parameters)
    {
        double rate = Math.Log10(parameters.Double("rate", 1e-4, 1, log: true));
        double momentum = parameters.Double("momentum", 0, 0.99);
        double batch = Math.Log2(parameters.Int("batch", 8, 1024, log: true)) - 6;
        double limit = 0.2 + 0.02 * (rate + 2) * (rate + 2) + 0.15 * (momentum - 0.8) * (momentum - 0.8) + 0.004 * batch * batch;
        double scatter = 0.02 * Math.Pow(2, -batch / 4);
        return new(Curve, step => Curve(step) + scatter * (Math.Sin(37 * step + 11 * rate) + Math.Sin(1.7 * step * step + 13 * momentum)));

        double Curve(int step) => limit + 0.4 * Math.Pow(step + 1, -0.7);
    }

    /// <summary>Long steps learn fast and diverge, those just beyond the border late; too little decay overfits from the middle on.</summary>
    private static OwnCurve Diverging(IParameters parameters)
    {
        double rate = Math.Log10(parameters.Double("rate", 1e-4, 10, log: true));
        double momentum = parameters.Double("momentum", 0, 0.99);
        double decay = Math.Log10(parameters.Double("decay", 1e-6, 1, log: true)) + 3;
        double clip = parameters.Double("clip", 0, 1) - 0.4;
        double length = rate - Math.Log10(1 - momentum);
        double limit = 0.1 + 0.03 * (length + 0.5) * (length + 0.5) + 0.1 * (momentum - 0.8) * (momentum - 0.8) + 0.01 * decay * decay + 0.05 * clip * clip;
        double tau = 4 * Math.Pow(10, -(length + 0.5) / 3), overfit = 0.003 * Math.Max(0, -decay);
        double end = length > 0.3 ? 4 + Math.Floor(40 * Math.Exp(-3 * (length - 0.3))) : double.PositiveInfinity;
        return Quiet(step => Math.Min(10, (limit + 0.6 * Math.Exp(-(step + 1) / tau) + overfit * Math.Max(0, step - 19)) * Math.Pow(1.6, Math.Max(0, step - end))));
    }

    private static OwnCurve Quiet(Func<int, double> curve) => new(curve, curve);
}
