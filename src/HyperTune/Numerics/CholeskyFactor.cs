using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace HyperTune.Numerics;

/// <summary>The lower triangular factor of a symmetric positive definite matrix, to which rows can be appended.</summary>
/// <remarks>
/// <para>Rows lie one after the other in blocks of four, and everything is made of inner products of rows: factoring, solving for many right sides and
/// the inverse run through one kernel of 4 × 2 vectors. Rows that fill up the last block are those of the unit matrix. n³/6 multiply-adds for
/// the factor, twice as many more for the inverse; n²/2 for an appended row or a right side.</para>
/// <para>Not safe for concurrent use.</para>
/// </remarks>
internal sealed unsafe class CholeskyFactor
{
    private const int Block = 4;

    // Added to the diagonal, relative to its mean, while the matrix is not positive definite in doubles.
    private const double FirstJitter = 1e-10;
    private const double LastJitter = 1e-4;

    private readonly double[] _rows;
    private readonly double[] _reciprocals;
    private double[] _inverse = [];

    /// <summary>Makes room for a number of rows.</summary>
    public CholeskyFactor(int capacity)
    {
        Stride = StrideOf(capacity);
        _rows = new double[Stride * Stride];
        _reciprocals = new double[Stride];
    }

    /// <summary>The number of rows.</summary>
    public int Count { get; private set; }

    /// <summary>The distance of two rows, here and in whatever is solved for: at least the number of rows, filled up to whole vectors.</summary>
    public int Stride { get; }

    /// <summary>What was added to the diagonal to make the matrix positive definite; 0 mostly.</summary>
    public double Jitter { get; private set; }

    /// <summary>The logarithm of the square root of the determinant.</summary>
    public double HalfLogDeterminant
    {
        get
        {
            double sum = 0;
            for (int i = 0; i < Count; i++) sum += Math.Log(_rows[(i * Stride) + i]);
            return sum;
        }
    }

    /// <summary>An element of the factor, on or below the diagonal.</summary>
    public double this[int row, int column] => _rows[(row * Stride) + column];

    /// <summary>The distance of two rows for a number of columns.</summary>
    public static int StrideOf(int columns)
    {
        int stride = (columns + 7) / 8 * 8;
        // Rows that lie a multiple of the cache's way apart push one another out.
        return stride % 64 == 0 ? stride + 8 : stride;
    }

    /// <summary>A copy with room for as many rows, or more.</summary>
    public CholeskyFactor Copy(int capacity)
    {
        var copy = new CholeskyFactor(capacity) { Count = Count, Jitter = Jitter };
        for (int i = 0; i < Count; i++) _rows.AsSpan(i * Stride, i + 1).CopyTo(copy._rows.AsSpan(i * copy.Stride));
        _reciprocals.AsSpan(0, Count).CopyTo(copy._reciprocals);
        copy.FillLastBlock();
        return copy;
    }

    /// <summary>Factors a matrix, with a growing addition to the diagonal where it needs one.</summary>
    /// <param name="matrix">The lower triangle, rows <see cref="Stride"/> apart.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="noise">Added to the diagonal.</param>
    /// <returns>False where the matrix has no factor, as when it holds NaN.</returns>
    public bool TryFactor(ReadOnlySpan<double> matrix, int count, double noise)
    {
        double trace = 0;
        for (int i = 0; i < count; i++) trace += matrix[(i * Stride) + i] + noise;
        for (double jitter = 0; jitter <= LastJitter * 1.5; jitter = jitter == 0 ? FirstJitter : jitter * 10)
        {
            Jitter = count == 0 ? 0 : jitter * trace / count;
            for (int i = 0; i < count; i++)
            {
                matrix.Slice(i * Stride, i + 1).CopyTo(_rows.AsSpan(i * Stride));
                _rows[(i * Stride) + i] += noise + Jitter;
            }
            Count = count;
            FillLastBlock();
            if (Factor()) return true;
        }
        return false;
    }

    /// <summary>Appends a row, that is one more variable.</summary>
    /// <param name="row">Its covariances with those before it; receives the row of the factor. <see cref="Stride"/> long.</param>
    /// <param name="diagonal">Its own variance.</param>
    public void Append(Span<double> row, double diagonal)
    {
        SolveOne(row);
        double rest = diagonal - TensorPrimitives.SumOfSquares<double>(row[..Count]);
        // A variable that the others determine: what is left is rounding.
        double root = Math.Sqrt(Math.Max(rest, FirstJitter * diagonal));
        row[..Count].CopyTo(_rows.AsSpan(Count * Stride));
        _rows[(Count * Stride) + Count] = root;
        _reciprocals[Count] = 1 / root;
        Count++;
        FillLastBlock();
    }

    /// <summary>Solves L v = b for one right side in place.</summary>
    public void SolveOne(Span<double> b)
    {
        for (int i = 0; i < Count; i++) b[i] = (b[i] - TensorPrimitives.Dot<double>(_rows.AsSpan(i * Stride, i), b[..i])) * _reciprocals[i];
    }

    /// <summary>Solves Lᵀ x = v in place.</summary>
    public void SolveTransposed(Span<double> v)
    {
        for (int i = Count - 1; i >= 0; i--)
        {
            v[i] *= _reciprocals[i];
            TensorPrimitives.MultiplyAdd<double>(_rows.AsSpan(i * Stride, i), -v[i], v[..i], v[..i]);
        }
    }

    /// <summary>Solves L v = b for several right sides, each a row, in place.</summary>
    /// <param name="rows">The right sides, <see cref="Stride"/> apart, 0 beyond <see cref="Count"/>.</param>
    /// <param name="count">Their number; there must be room for a multiple of four.</param>
    public void Solve(Span<double> rows, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rows.Length, (count + Block - 1) / Block * Block * Stride, nameof(rows));
        fixed (double* b = rows, l = _rows)
        {
            for (int first = 0; first < count; first += Block)
            {
                for (int column = 0; column < Count; column += Block) SolveBlock(b + (first * Stride), l, 0, column);
            }
        }
    }

    /// <summary>Computes the inverse of the factored matrix.</summary>
    /// <param name="inverse">Receives its lower triangle, rows <see cref="Stride"/> apart; whole blocks are written.</param>
    public void Invert(Span<double> inverse)
    {
        if (_inverse.Length == 0) _inverse = new double[_rows.Length];
        fixed (double* w = _inverse, l = _rows, result = inverse)
        {
            // Row i of w is column i of the factor's inverse.
            for (int first = 0; first < Count; first += Block)
            {
                new Span<double>(w + (first * Stride), Block * Stride).Clear();
                for (int i = first; i < first + Block; i++) w[(i * Stride) + i] = 1;
                for (int column = first; column < Count; column += Block) SolveBlock(w + (first * Stride), l, first, column);
            }
            int end = (Count + Block - 1) / Block * Block;
            double* dots = stackalloc double[Block * Block];
            for (int i = 0; i < Count; i += Block)
            {
                for (int j = 0; j <= i; j += Block)
                {
                    Dots(w + (i * Stride), w + (j * Stride), Stride, i, end, dots);
                    for (int r = 0; r < Block; r++)
                    {
                        for (int c = 0; c < Block; c++) result[((i + r) * Stride) + j + c] = dots[(r * Block) + c];
                    }
                }
            }
        }
    }

    private void FillLastBlock()
    {
        for (int i = Count; i % Block != 0; i++)
        {
            _rows.AsSpan(i * Stride, i).Clear();
            _rows[(i * Stride) + i] = 1;
            _reciprocals[i] = 1;
        }
    }

    private bool Factor()
    {
        fixed (double* l = _rows)
        {
            double* dots = stackalloc double[Block * Block];
            for (int first = 0; first < Count; first += Block)
            {
                double* rows = l + (first * Stride);
                for (int column = 0; column < first; column += Block) SolveBlock(rows, l, 0, column);
                Dots(rows, rows, Stride, 0, first, dots);
                for (int i = 0; i < Block; i++)
                {
                    double* row = rows + (i * Stride) + first;
                    for (int j = 0; j <= i; j++)
                    {
                        double* other = rows + (j * Stride) + first;
                        double rest = row[j] - dots[(i * Block) + j];
                        for (int k = 0; k < j; k++) rest -= row[k] * other[k];
                        if (j < i)
                        {
                            row[j] = rest * _reciprocals[first + j];
                            continue;
                        }
                        if (!(rest > 0) || double.IsInfinity(rest)) return false;
                        row[j] = Math.Sqrt(rest);
                        _reciprocals[first + j] = 1 / row[j];
                    }
                }
            }
        }
        return true;
    }

    /// <summary>Solves four columns for four right sides, whose columns before <paramref name="start"/> are 0.</summary>
    private void SolveBlock(double* b, double* l, int start, int column)
    {
        double* dots = stackalloc double[Block * Block];
        double* rows = l + (column * Stride);
        Dots(b, rows, Stride, start, column, dots);
        for (int i = 0; i < Block; i++)
        {
            double* right = b + (i * Stride) + column;
            for (int j = 0; j < Block; j++)
            {
                double* row = rows + (j * Stride) + column;
                double rest = right[j] - dots[(i * Block) + j];
                for (int k = 0; k < j; k++) rest -= right[k] * row[k];
                right[j] = rest * _reciprocals[column + j];
            }
        }
    }

    /// <summary>The 16 inner products of four rows with four others over a range of columns, whose length is a multiple of four.</summary>
    private static void Dots(double* a, double* b, int stride, int start, int end, double* dots)
    {
        Dots2(a, b, stride, start, end, dots);
        Dots2(a, b + (2 * stride), stride, start, end, dots + 2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Dots2(double* a, double* b, int stride, int start, int end, double* dots)
    {
        double* a0 = a, a1 = a + stride, a2 = a1 + stride, a3 = a2 + stride, b0 = b, b1 = b + stride;
        Vector256<double> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default, s30 = default, s31 = default;
        for (int k = start; k < end; k += 4)
        {
            Vector256<double> x = Vector256.Load(b0 + k), y = Vector256.Load(b1 + k), row = Vector256.Load(a0 + k);
            s00 = Vector256.MultiplyAddEstimate(row, x, s00);
            s01 = Vector256.MultiplyAddEstimate(row, y, s01);
            row = Vector256.Load(a1 + k);
            s10 = Vector256.MultiplyAddEstimate(row, x, s10);
            s11 = Vector256.MultiplyAddEstimate(row, y, s11);
            row = Vector256.Load(a2 + k);
            s20 = Vector256.MultiplyAddEstimate(row, x, s20);
            s21 = Vector256.MultiplyAddEstimate(row, y, s21);
            row = Vector256.Load(a3 + k);
            s30 = Vector256.MultiplyAddEstimate(row, x, s30);
            s31 = Vector256.MultiplyAddEstimate(row, y, s31);
        }
        dots[0] = Vector256.Sum(s00);
        dots[1] = Vector256.Sum(s01);
        dots[4] = Vector256.Sum(s10);
        dots[5] = Vector256.Sum(s11);
        dots[8] = Vector256.Sum(s20);
        dots[9] = Vector256.Sum(s21);
        dots[12] = Vector256.Sum(s30);
        dots[13] = Vector256.Sum(s31);
    }
}
