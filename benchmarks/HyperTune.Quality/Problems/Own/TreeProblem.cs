namespace HyperTune.Quality.Problems.Own;

/// <summary>Ten leaves on three levels of choices; two parameters belong to all of them, the best leaf lies on the third level.</summary>
internal sealed class TreeProblem : IProblem, IOwnProblem
{
    private static readonly string[] Families = ["linear", "forest", "boosted", "network"];
    private static readonly string[] Penalties = ["l1", "l2"];
    private static readonly string[] Splits = ["gini", "entropy"];
    private static readonly string[] Growths = ["level", "leaf"];
    private static readonly string[] Samplings = ["uniform", "goss"];
    private static readonly string[] Optimizers = ["sgd", "adam"];
    private static readonly string[] Schedules = ["constant", "cosine"];

    public string Name => "tree10";

    public bool IsMaximized => false;

    public bool IsTable => false;

    public double Optimum => 0.05;

    public double RandomMedian => 0.08351;

    public double Evaluate(IParameters parameters)
    {
        double rate = Math.Log10(parameters.Double("rate", 1e-4, 1, log: true)), budget = Math.Log10(parameters.Int("budget", 10, 1000, log: true));
        double shared = 0.04 * Square(budget - 2);
        return shared + parameters.Categorical("family", Families) switch
        {
            "linear" => 0.02 * Square(rate + 1) + Linear(parameters),
            "forest" => 0.02 * Square(rate + 2) + Forest(parameters),
            "boosted" => 0.02 * Square(rate + 1.5) + Boosted(parameters),
            _ => Network(parameters, rate),
        };
    }

    private static double Linear(IParameters parameters) => parameters.Categorical("penalty", Penalties) == "l1"
        ? 0.110 + 0.01 * Square(Math.Log10(parameters.Double("l1_alpha", 1e-6, 1, log: true)) + 3)
        : 0.105 + 0.01 * Square(Math.Log10(parameters.Double("l2_alpha", 1e-6, 10, log: true)) + 2);

    private static double Forest(IParameters parameters)
    {
        bool isGini = parameters.Categorical("split", Splits) == "gini";
        long depth = parameters.Int("forest_depth", 2, 30);
        return isGini ? 0.090 + 0.0006 * Square(depth - 12) : 0.088 + 0.0006 * Square(depth - 16);
    }

    private static double Boosted(IParameters parameters)
    {
        if (parameters.Categorical("growth", Growths) == "level") return 0.075 + 0.002 * Square(parameters.Int("level_depth", 1, 12) - 5);
        if (parameters.Categorical("sampling", Samplings) == "uniform") return 0.065 + 0.2 * Square(parameters.Double("uniform_share", 0.2, 1) - 0.7);
        double top = parameters.Double("goss_top", 0.05, 0.5) - 0.2, rest = parameters.Double("goss_rest", 0.02, 0.4) - 0.1;
        return 0.050 + 1.5 * top * top + 2 * rest * rest + 3 * top * rest;
    }

    private static double Network(IParameters parameters, double rate)
    {
        if (parameters.Categorical("optimizer", Optimizers) == "adam")
        {
            double beta = Math.Log10(parameters.Double("beta", 1e-3, 0.5, log: true)), decay = Math.Log10(parameters.Double("decay", 1e-6, 0.1, log: true));
            return 0.070 + 0.02 * Square(rate + 3) + 0.01 * Square(beta + 1) + 0.01 * Square(decay + 3);
        }
        double sgd = 0.02 * Square(rate + 0.8) + 0.1 * Square(parameters.Double("momentum", 0, 0.99) - 0.9);
        return parameters.Categorical("schedule", Schedules) == "constant" ? 0.080 + sgd : 0.060 + sgd + 0.5 * Square(parameters.Double("warmup", 0, 0.3) - 0.1);
    }

    private static double Square(double x) => x * x;
}
