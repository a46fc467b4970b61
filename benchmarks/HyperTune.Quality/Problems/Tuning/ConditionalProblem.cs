namespace HyperTune.Quality.Problems.Tuning;

/// <summary>Three branches with parameters of their own: two broad ones, and a better one whose narrow basin lies on a plateau.</summary>
internal sealed class ConditionalProblem : IProblem
{
    private static readonly string[] Boosters = ["a", "b", "c"];

    public string Name => "hpo_conditional";

    public bool IsMaximized => false;

    public bool IsTable => false;

    public double Evaluate(IParameters parameters) => parameters.Categorical("booster", Boosters) switch
    {
        "a" => BranchA(parameters.Double("a_lr", 1e-4, 1, log: true), parameters.Int("a_depth", 1, 12)),
        "b" => BranchB(parameters.Double("b_reg", 1e-6, 10, log: true), parameters.Int("b_n", 10, 1000, log: true)),
        _ => BranchC(parameters.Double("c_lr", 1e-5, 1, log: true), parameters.Double("c_drop", 0, 0.9), parameters.Int("c_units", 16, 512, step: 16)),
    };

    private static double BranchA(double rate, long depth)
    {
        double l = Math.Log10(rate) + 1.3, d = depth - 6;
        return 0.120 + 0.05 * l * l + 0.004 * d * d + 0.012 * l * d;
    }

    private static double BranchB(double regularization, long count)
    {
        double l = Math.Log10(regularization) + 3.5, n = Math.Log10(count / 180.0);
        return 0.105 + 0.03 * l * l + 0.06 * n * n + 0.02 * (1 - Math.Cos(3 * l));
    }

    private static double BranchC(double rate, double drop, long units)
    {
        double l = Math.Log10(rate) + 2.6, d = (drop - 0.35) / 0.2, u = Math.Log2(units / 160.0);
        double r = (l + 0.8 * u) * (l + 0.8 * u) / 0.25 + d * d + u * u;
        return 0.080 + 0.25 * (1 - Math.Exp(-r / 4));
    }
}
