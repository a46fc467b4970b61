namespace HyperTune.Quality.Problems.Tuning;

/// <summary>Integers, grids and a category that interact.</summary>
internal sealed class IntegerStepsProblem : IProblem
{
    private static readonly string[] Modes = ["fast", "exact", "hybrid"];

    public string Name => "hpo_int_steps";

    public bool IsMaximized => false;

    public bool IsTable => false;

    public double Evaluate(IParameters parameters)
    {
        long n1 = parameters.Int("n1", 8, 256, step: 8);
        long n2 = parameters.Int("n2", 1, 64);
        long n3 = parameters.Int("n3", 1, 1024, log: true);
        double q1 = parameters.Double("q1", 0, 1, step: 0.05);
        double q2 = parameters.Double("q2", -2, 2, step: 0.25);
        string mode = parameters.Categorical("mode", Modes);

        double a = (n1 - 152) / 64.0, b = (n2 - 23) / 16.0, c = Math.Log2(n3) - 6, d = q1 - 0.65, e = q2 + 0.75;
        double m = mode switch { "fast" => 0.3, "exact" => 0.1, _ => 0.05 * Math.Abs(c) };
        return a * a + 0.5 * (b - a) * (b - a) + 0.15 * c * c + 6 * (d + 0.1 * c) * (d + 0.1 * c) + 0.4 * e * e
            + 0.05 * Math.Abs(n2 % 5 - 3) + 0.04 * Math.Abs(n1 / 8 % 4 - 3) + m;
    }
}
