using System.Text.Json;

namespace HyperTune.Quality.Problems.Tuning;

/// <summary>Learning rate, depth and optimizer: a tilted bowl for each optimizer, under a common ripple.</summary>
internal sealed class LearningRateDepthProblem(JsonElement constants) : IProblem
{
    private static readonly string[] Optimizers = ["sgd", "momentum", "adam", "lion"];

    private static readonly Bowl[] Bowls =
    [
        new(0.16, -0.9, 5, 0.10),
        new(0.13, -1.6, 8, -0.08),
        new(0.10, -2.9, 7, 0.06),
        new(0.11, -3.7, 10, 0.12),
    ];

    private readonly Wave[] _ripple = [.. constants.GetProperty("hpo_lr_depth").GetProperty("ripple").EnumerateArray().Select(Wave.Read)];

    public string Name => "hpo_lr_depth";

    public bool IsMaximized => false;

    public bool IsTable => false;

    public double Evaluate(IParameters parameters)
    {
        double l = Math.Log10(parameters.Double("lr", 1e-5, 1, log: true));
        long depth = parameters.Int("depth", 1, 16);
        int c = Array.IndexOf(Optimizers, parameters.Categorical("optimizer", Optimizers));
        Bowl bowl = Bowls[c];
        double u = (l - bowl.L0) / 2, v = (depth - bowl.D0) / 6;
        double ripple = 0;
        foreach (Wave wave in _ripple) ripple += wave.A * (1 - Math.Sin(wave.Wl * l + wave.Wd * depth + wave.Phi + 0.7 * c));
        return bowl.Base + 0.25 * u * u + 0.12 * v * v + bowl.K * u * v + 0.012 * ripple;
    }

    private readonly record struct Bowl(double Base, double L0, double D0, double K);

    private readonly record struct Wave(double A, double Wl, double Wd, double Phi)
    {
        public static Wave Read(JsonElement json) => new(
            json.GetProperty("a").GetDouble(), json.GetProperty("wl").GetDouble(), json.GetProperty("wd").GetDouble(), json.GetProperty("phi").GetDouble());
    }
}
