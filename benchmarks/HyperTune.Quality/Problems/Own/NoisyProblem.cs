namespace HyperTune.Quality.Problems.Own;

/// <summary>A rotated bowl seen through normal noise of deviation 1, which hides the last part of the way.</summary>
internal sealed class NoisyProblem : INoisyProblem, IOwnProblem
{
    public string Name => "noisy6";

    public bool IsMaximized => false;

    public bool IsTable => false;

    public double Optimum => 0;

    public double RandomMedian => 9.099;

    public double Evaluate(IParameters parameters)
    {
        double[] y = OwnProblems.Rotated(parameters, 6, 2);
        double sum = 0;
        for (int i = 0; i < y.Length; i++) sum += (i + 1) * y[i] * y[i];
        return sum;
    }

    public double Observe(double value, int seed, int trial) => value + new SplitMix(seed, trial).NextNormal();
}
