using System.Numerics.Tensors;

namespace HyperTune.Samplers.Gp.Process;

/// <summary>The posterior at one point, and its slopes along the dimensions.</summary>
internal sealed class GpQuery(GaussianProcess process)
{
    private readonly double[] _point = new double[process.Points.Dimensions];
    private readonly double[] _slopes = new double[process.Stride];
    private readonly double[] _whitened = new double[process.Stride];
    private readonly double[] _factors = new double[process.Stride];
    private readonly double[] _sums = new double[process.Points.Dimensions];

    /// <summary>Moves to a point.</summary>
    /// <param name="x">The point.</param>
    /// <param name="means">Receives the mean of each sample.</param>
    /// <param name="variance">The variance.</param>
    public void MoveTo(ReadOnlySpan<double> x, Span<double> means, out double variance)
    {
        x.CopyTo(_point);
        process.FillKernel(x, _whitened, _slopes);
        process.Whiten(_whitened);
        process.MeansOf(_whitened, means);
        variance = process.VarianceOf(_whitened);
    }

    /// <summary>Adds the gradient of a function of means and variance at the point; choices have none.</summary>
    /// <param name="byMeans">The function's derivatives by the mean of each sample.</param>
    /// <param name="byVariance">The function's derivative by the variance.</param>
    /// <param name="gradient">One derivative for each dimension.</param>
    public void AddGradient(ReadOnlySpan<double> byMeans, double byVariance, Span<double> gradient)
    {
        int count = process.Count;
        // The derivative by the kernel row is L⁻ᵀ (a z - 2 b v).
        TensorPrimitives.Multiply(_whitened, -2 * byVariance, _factors);
        process.AddWhitened(byMeans, _factors);
        process.Unwhiten(_factors);
        TensorPrimitives.Multiply<double>(_factors, _slopes, _factors);
        _factors.AsSpan(count).Clear();
        Array.Clear(_sums);
        process.Points.AddDifferences(_point, _factors, count, _sums);
        for (int j = 0; j < _sums.Length; j++) gradient[j] += 2 * process.Parameters.Weights[j] * _sums[j];
    }
}
