namespace HyperTune.Quality.Problems.Own;

/// <summary>Error against cost of a model: two choices, two sizes and a rate that only the error depends on.</summary>
internal sealed class DeploymentProblem : IOwnMultiObjectiveProblem
{
    private static readonly string[] Kinds = ["small", "medium", "large"];
    private static readonly string[] Precisions = ["full", "quantized"];

    private static readonly Kind[] Facts = [new(0.12, 1, 2, -1), new(0.08, 1.5, 4, -2), new(0.05, 2.5, 5, -3)];

    public string Name => "deployment2";

    public int Objectives => 2;

    public int Constraints => 0;

    public double Optimum => 0.9479510999430584;

    public double RandomMedian => 0.8687;

    public IReadOnlyList<double> ReferencePoint { get; } = [0.6, 2];

    public MultiObjectiveValues Evaluate(IParameters parameters)
    {
        int kind = Array.IndexOf(Kinds, parameters.Categorical("kind", Kinds));
        bool isQuantized = parameters.Categorical("precision", Precisions) == "quantized";
        long width = parameters.Int("width", 8, 512, log: true), depth = parameters.Int("depth", 1, 6);
        double rate = Math.Log10(parameters.Double("rate", 1e-5, 1, log: true));
        return new(Measure(kind, isQuantized, width, depth, rate - Facts[kind].Rate), []);
    }

    /// <summary>Error and cost, given how far log10 of the rate is from the kind's best.</summary>
    internal static double[] Measure(int kind, bool isQuantized, long width, long depth, double rate)
    {
        (double floor, double factor, int bestDepth, _) = Facts[kind];
        double error = floor + 0.25 * Math.Pow(width, -1.0 / 3) + 0.02 * Math.Abs(depth - bestDepth) + 0.02 * rate * rate + (isQuantized ? 0.015 * (kind + 1) : 0);
        double cost = factor * (0.1 + 0.0005 * width * (1 + depth)) * (isQuantized ? 0.4 : 1);
        return [error, cost];
    }

    private readonly record struct Kind(double Floor, double Factor, int BestDepth, double Rate);
}
