using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;
using MathNet.Numerics.LinearAlgebra.Factorization;

namespace HyperTune.Samplers.CmaEs;

/// <summary>A full matrix and its principal axes.</summary>
internal sealed class FullCovariance : Covariance
{
    // What an eigenvalue that rounding made 0 or negative counts as.
    private const double SmallestEigenvalue = 1e-8;

    private readonly int _d;
    private readonly double[] _matrix;

    // Columns of the axes as rows, [axis, coordinate], by ascending deviation.
    private readonly double[] _axes;
    private readonly double[] _deviations;

    /// <param name="matrix">Symmetric, row-major. Not copied.</param>
    /// <param name="dimension">The number of rows.</param>
    public FullCovariance(double[] matrix, int dimension)
    {
        _d = dimension;
        _matrix = matrix;
        Evd<double> decomposition = new DenseMatrix(dimension, dimension, (double[])matrix.Clone()).Evd(Symmetricity.Symmetric);
        _deviations = new double[dimension];
        bool isPositive = true;
        for (int i = 0; i < dimension; i++)
        {
            double value = decomposition.EigenValues[i].Real;
            isPositive &= value > 0;
            _deviations[i] = Math.Sqrt(value > 0 ? value : SmallestEigenvalue);
        }
        // Column-major storage of the eigenvectors is row-major storage of the axes.
        _axes = ((DenseMatrix)decomposition.EigenVectors).Values;
        if (!isPositive) Rebuild();
    }

    private FullCovariance(double[] matrix, double[] axes, double[] deviations)
    {
        _d = deviations.Length;
        _matrix = matrix;
        _axes = axes;
        _deviations = deviations;
    }

    public override int Dimension => _d;

    public override (double Smallest, double Largest) Deviations => (_deviations.Min(), _deviations.Max());

    public override double LogDeterminant => 2 * _deviations.Sum(Math.Log);

    public override double this[int row, int column] => _matrix[row * _d + column];

    public static FullCovariance Identity(int dimension)
    {
        var ones = new double[dimension];
        Array.Fill(ones, 1);
        var matrix = new double[dimension * dimension];
        for (int i = 0; i < dimension; i++) matrix[i * dimension + i] = 1;
        return new(matrix, (double[])matrix.Clone(), ones);
    }

    public override void Color(ReadOnlySpan<double> z, Span<double> y)
    {
        y.Clear();
        for (int k = 0; k < _d; k++) TensorPrimitives.MultiplyAdd(_axes.AsSpan(k * _d, _d), _deviations[k] * z[k], y, y);
    }

    public override void Whiten(ReadOnlySpan<double> y, Span<double> z)
    {
        z.Clear();
        for (int k = 0; k < _d; k++)
        {
            ReadOnlySpan<double> axis = _axes.AsSpan(k * _d, _d);
            TensorPrimitives.MultiplyAdd(axis, TensorPrimitives.Dot(axis, y) / _deviations[k], z, z);
        }
    }

    public override double SquaredLength(ReadOnlySpan<double> y)
    {
        double sum = 0;
        for (int k = 0; k < _d; k++)
        {
            double share = TensorPrimitives.Dot(_axes.AsSpan(k * _d, _d), y) / _deviations[k];
            sum += share * share;
        }
        return sum;
    }

    public override Covariance Updated(double keep, ReadOnlySpan<double> weights, ReadOnlySpan<double> vectors)
    {
        var matrix = new double[_matrix.Length];
        // The lower triangle, and its mirror image.
        for (int i = 0; i < _d; i++)
        {
            Span<double> row = matrix.AsSpan(i * _d, i + 1);
            TensorPrimitives.Multiply(_matrix.AsSpan(i * _d, i + 1), keep, row);
            for (int k = 0; k < weights.Length; k++)
            {
                if (weights[k] != 0) TensorPrimitives.MultiplyAdd(vectors.Slice(k * _d, i + 1), weights[k] * vectors[k * _d + i], row, row);
            }
            for (int j = 0; j < i; j++) matrix[j * _d + i] = row[j];
        }
        return new FullCovariance(matrix, _d);
    }

    public override Covariance Scaled(double factor)
    {
        double root = Math.Sqrt(factor);
        return new FullCovariance(Array.ConvertAll(_matrix, element => element * factor), _axes, Array.ConvertAll(_deviations, deviation => deviation * root));
    }

    public override void Axis(int index, Span<double> axis) => TensorPrimitives.Multiply(_axes.AsSpan(index * _d, _d), _deviations[index], axis);

    private void Rebuild()
    {
        Array.Clear(_matrix);
        for (int k = 0; k < _d; k++)
        {
            ReadOnlySpan<double> axis = _axes.AsSpan(k * _d, _d);
            for (int i = 0; i < _d; i++)
            {
                Span<double> row = _matrix.AsSpan(i * _d, _d);
                TensorPrimitives.MultiplyAdd(axis, _deviations[k] * _deviations[k] * axis[i], row, row);
            }
        }
    }
}
