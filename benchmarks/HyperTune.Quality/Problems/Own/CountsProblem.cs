namespace HyperTune.Quality.Problems.Own;

/// <summary>Whole numbers over several orders of magnitude that depend on a rate, a grid and a schedule.</summary>
internal sealed class CountsProblem : IProblem, IOwnProblem
{
    private static readonly string[] Schedules = ["constant", "linear", "cosine"];

    public string Name => "counts6";

    public bool IsMaximized => false;

    public bool IsTable => false;

    public double Optimum => 0;

    public double RandomMedian => 0.2289;

    public double Evaluate(IParameters parameters)
    {
        double trees = Math.Log2(parameters.Int("trees", 1, 4096, log: true)), leaves = Math.Log2(parameters.Int("leaves", 2, 1024, log: true)) - 5;
        double batch = Math.Log2(parameters.Int("batch", 1, 512, log: true)) - 5;
        double rate = Math.Log10(parameters.Double("rate", 1e-5, 1, log: true)) + 1.5;
        double bins = parameters.Int("bins", 16, 256, step: 16) / 16.0 - 9;
        double work = trees - 8 + 3 * rate, scaling = rate - 0.3 * batch;
        double schedule = parameters.Categorical("schedule", Schedules) switch { "constant" => 0.03, "linear" => 0.01 * Math.Abs(work), _ => 0.01 };
        return 0.02 * work * work + 0.03 * leaves * leaves + 0.2 * scaling * scaling + 0.01 * batch * batch + 0.004 * Math.Abs(bins) + schedule;
    }
}
