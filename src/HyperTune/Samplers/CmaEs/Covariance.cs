namespace HyperTune.Samplers.CmaEs;

/// <summary>The shape of the search distribution: a symmetric positive matrix C with its root. Immutable.</summary>
internal abstract class Covariance
{
    public abstract int Dimension { get; }

    /// <summary>The square roots of the smallest and the largest eigenvalue.</summary>
    public abstract (double Smallest, double Largest) Deviations { get; }

    /// <summary>ln det C.</summary>
    public abstract double LogDeterminant { get; }

    /// <summary>One element of C.</summary>
    public abstract double this[int row, int column] { get; }

    /// <summary>Turns a standard normal vector into one with covariance C.</summary>
    public abstract void Color(ReadOnlySpan<double> z, Span<double> y);

    /// <summary>Multiplies with the inverse of the symmetric root of C.</summary>
    public abstract void Whiten(ReadOnlySpan<double> y, Span<double> z);

    /// <summary>The squared length of a whitened vector, yᵀ C⁻¹ y.</summary>
    public abstract double SquaredLength(ReadOnlySpan<double> y);

    /// <summary>C times <paramref name="keep"/>, plus the outer products of weighted vectors.</summary>
    /// <param name="keep">What is kept of C.</param>
    /// <param name="weights">One for each vector.</param>
    /// <param name="vectors">Row-major [vectors, dimension].</param>
    public abstract Covariance Updated(double keep, ReadOnlySpan<double> weights, ReadOnlySpan<double> vectors);

    public abstract Covariance Scaled(double factor);

    /// <summary>The vectors along which a step of the given number is looked for: principal axes in ascending order, or all coordinates at once.</summary>
    public abstract void Axis(int index, Span<double> axis);
}
