namespace HyperTune.Samplers.CmaEs;

/// <summary>A diagonal matrix: linear cost, and no notion of how parameters depend on each other.</summary>
internal sealed class DiagonalCovariance : Covariance
{
    // What a variance that rounding made 0 or negative counts as.
    private const double SmallestVariance = 1e-8;

    private readonly double[] _variances;
    private readonly double[] _deviations;

    /// <param name="variances">One for each dimension. Not copied.</param>
    public DiagonalCovariance(double[] variances)
    {
        for (int i = 0; i < variances.Length; i++)
        {
            if (!(variances[i] > 0)) variances[i] = SmallestVariance;
        }
        _variances = variances;
        _deviations = Array.ConvertAll(variances, Math.Sqrt);
    }

    public override int Dimension => _variances.Length;

    public override (double Smallest, double Largest) Deviations => (_deviations.Min(), _deviations.Max());

    public override double LogDeterminant => _variances.Sum(Math.Log);

    public override double this[int row, int column] => row == column ? _variances[row] : 0;

    public static DiagonalCovariance Identity(int dimension)
    {
        var ones = new double[dimension];
        Array.Fill(ones, 1);
        return new(ones);
    }

    public override void Color(ReadOnlySpan<double> z, Span<double> y)
    {
        for (int i = 0; i < _deviations.Length; i++) y[i] = _deviations[i] * z[i];
    }

    public override void Whiten(ReadOnlySpan<double> y, Span<double> z)
    {
        for (int i = 0; i < _deviations.Length; i++) z[i] = y[i] / _deviations[i];
    }

    public override double SquaredLength(ReadOnlySpan<double> y)
    {
        double sum = 0;
        for (int i = 0; i < _variances.Length; i++) sum += y[i] * y[i] / _variances[i];
        return sum;
    }

    public override Covariance Updated(double keep, ReadOnlySpan<double> weights, ReadOnlySpan<double> vectors)
    {
        int d = Dimension;
        var variances = new double[d];
        for (int i = 0; i < d; i++) variances[i] = keep * _variances[i];
        for (int k = 0; k < weights.Length; k++)
        {
            for (int i = 0; i < d; i++) variances[i] += weights[k] * vectors[k * d + i] * vectors[k * d + i];
        }
        return new DiagonalCovariance(variances);
    }

    public override Covariance Scaled(double factor) => new DiagonalCovariance(Array.ConvertAll(_variances, variance => variance * factor));

    public override void Axis(int index, Span<double> axis) => _deviations.CopyTo(axis);
}
