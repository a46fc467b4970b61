namespace HyperTune.Quality.Problems.Own;

/// <summary>A training that diverges, and throws, where its effective step is a little above the best one.</summary>
internal sealed class FailingProblem : IProblem, IOwnProblem
{
    private const double LargestStep = 0.3;

    public string Name => "failing4";

    public bool IsMaximized => false;

    public bool IsTable => false;

    public double Optimum => 0.1;

    public double RandomMedian => 0.1498;

    public double Evaluate(IParameters parameters)
    {
        double rate = Math.Log10(parameters.Double("rate", 1e-4, 10, log: true)), momentum = parameters.Double("momentum", 0, 0.99);
        double batch = Math.Log2(parameters.Int("batch", 8, 1024, log: true)) - 6, decay = Math.Log10(parameters.Double("decay", 1e-6, 1, log: true)) + 4;
        double step = rate - Math.Log10(1 - momentum) - 0.5 * Math.Log10(2) * batch;
        if (step > LargestStep) throw new ArithmeticException("The training diverged.");
        return 0.1 + 0.04 * (step - 0.25) * (step - 0.25) + 0.3 * (momentum - 0.9) * (momentum - 0.9) + 0.005 * batch * batch + 0.01 * decay * decay;
    }
}
