using System.Numerics.Tensors;

namespace HyperTune.Samplers.CmaEs;

/// <summary>Adapts the learning rates of mean and covariance to the signal-to-noise ratio of the updates. Immutable.</summary>
/// <remarks>
/// Slower steps where updates contradict each other, as with noise and many local optima; nearly full ones else. Source: M. Nomura, Y. Akimoto,
/// I. Ono, "CMA-ES with Learning Rate Adaptation: Can CMA-ES with Default Population Size Solve Multimodal and Noisy Problems?", 2023, algorithm 2.
/// </remarks>
internal sealed class LearningRates
{
    private const double Alpha = 1.4;
    private const double BetaMean = 0.1;
    private const double BetaSigma = 0.03;
    private const double Gamma = 0.1;

    private readonly Rate _mean;
    private readonly Rate _sigma;

    private LearningRates(Rate mean, Rate sigma)
    {
        _mean = mean;
        _sigma = sigma;
    }

    /// <summary>Of the mean, above 0 and at most 1.</summary>
    public double EtaMean => _mean.Eta;

    /// <summary>Of the covariance with its step size, above 0 and at most 1.</summary>
    public double EtaSigma => _sigma.Eta;

    /// <summary>The running mean of squared updates of the mean.</summary>
    public double VMean => _mean.Square;

    /// <summary>The running mean of squared updates of the covariance.</summary>
    public double VSigma => _sigma.Square;

    public static LearningRates Start(int dimension) => new(new Rate(1, new double[dimension], 0), new Rate(1, new double[dimension * dimension], 0));

    /// <summary>Shortens the step between two states as the rates say, and adapts the rates by it.</summary>
    public (CmaState State, LearningRates Rates) Apply(CmaState before, CmaState after)
    {
        int d = before.Mean.Length;
        var moved = new double[d];
        for (int i = 0; i < d; i++) moved[i] = after.Mean[i] - before.Mean[i];
        double[] old = Matrix(before), change = Matrix(after);
        TensorPrimitives.Subtract(change, old, change);

        // In the coordinates in which the old distribution is the standard one: u = M Δm and vec(M ΔS M)/√2 with M the inverse root of S.
        var local = new double[d];
        before.Covariance.Whiten(moved, local);
        TensorPrimitives.Divide(local, before.Sigma, local);
        double[] localChange = WhitenBothSides(before, change);
        Rate mean = _mean.Adapted(local, BetaMean), sigma = _sigma.Adapted(localChange, BetaSigma);

        var m = new double[d];
        for (int i = 0; i < d; i++) m[i] = before.Mean[i] + mean.Eta * moved[i];
        TensorPrimitives.MultiplyAdd(change, sigma.Eta, old, old);
        var s = new FullCovariance(old, d);
        // σ² is the d-th root of det S.
        double step = Math.Exp(s.LogDeterminant / (2 * d));
        Covariance shape = s.Scaled(1 / (step * step));
        return (after.With(m, step * (_mean.Eta / mean.Eta), shape), new(mean, sigma));
    }

    private static double[] Matrix(CmaState state)
    {
        int d = state.Mean.Length;
        var matrix = new double[d * d];
        for (int i = 0; i < d; i++)
        {
            for (int j = 0; j < d; j++) matrix[i * d + j] = state.Sigma * state.Sigma * state.Covariance[i, j];
        }
        return matrix;
    }

    private static double[] WhitenBothSides(CmaState state, double[] matrix)
    {
        int d = state.Mean.Length;
        var half = new double[d * d];
        var whole = new double[d * d];
        for (int i = 0; i < d; i++) state.Covariance.Whiten(matrix.AsSpan(i * d, d), half.AsSpan(i * d, d));
        var column = new double[d];
        for (int j = 0; j < d; j++)
        {
            for (int i = 0; i < d; i++) column[i] = half[i * d + j];
            state.Covariance.Whiten(column, whole.AsSpan(j * d, d));
        }
        TensorPrimitives.Divide(whole, state.Sigma * state.Sigma * Math.Sqrt(2), whole);
        return whole;
    }

    /// <param name="Eta">The learning rate.</param>
    /// <param name="Mean">The running mean of updates.</param>
    /// <param name="Square">The running mean of their squared lengths.</param>
    private sealed record Rate(double Eta, double[] Mean, double Square)
    {
        public Rate Adapted(double[] update, double beta)
        {
            var mean = new double[Mean.Length];
            for (int i = 0; i < mean.Length; i++) mean[i] = (1 - beta) * Mean[i] + beta * update[i];
            double square = (1 - beta) * Square + beta * TensorPrimitives.SumOfSquares<double>(update);
            double signal = TensorPrimitives.SumOfSquares<double>(mean);
            double ratio = (signal - beta / (2 - beta) * square) / (square - signal);
            double change = Math.Clamp(ratio / (Alpha * Eta) - 1, -1, 1);
            // A first update, and one that is 0, has no ratio to go by.
            if (double.IsNaN(change)) change = 0;
            return new Rate(Math.Min(1, Eta * Math.Exp(Math.Min(Gamma * Eta, beta) * change)), mean, square);
        }
    }
}
