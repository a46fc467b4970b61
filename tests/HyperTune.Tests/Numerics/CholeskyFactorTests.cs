using HyperTune.Numerics;

namespace HyperTune.Tests.Numerics;

public sealed class CholeskyFactorTests
{
    public static TheoryData<int> Sizes => [1, 2, 3, 4, 5, 8, 11, 37, 64];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Factor_solutions_inverse_and_determinant_belong_to_the_matrix(int count)
    {
        double[,] matrix = Positive(count);
        CholeskyFactor factor = Factored(matrix, count);
        double logDeterminant = 0;
        for (int i = 0; i < count; i++)
        {
            logDeterminant += Math.Log(factor[i, i]);
            for (int j = 0; j <= i; j++) Assert.Equal(matrix[i, j], Enumerable.Range(0, j + 1).Sum(k => factor[i, k] * factor[j, k]), 1e-9);
        }
        Assert.Equal(logDeterminant, factor.HalfLogDeterminant, 1e-12);
        Assert.Equal(0, factor.Jitter);

        var inverse = new double[factor.Stride * factor.Stride];
        factor.Invert(inverse);
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++)
            {
                double product = Enumerable.Range(0, count).Sum(k => matrix[i, k] * (k >= j ? inverse[(k * factor.Stride) + j] : inverse[(j * factor.Stride) + k]));
                Assert.Equal(i == j ? 1 : 0, product, 1e-8);
            }
        }

        const int RightSides = 5;
        var rows = new double[8 * factor.Stride];
        for (int r = 0; r < RightSides; r++)
        {
            for (int i = 0; i < count; i++) rows[(r * factor.Stride) + i] = Math.Sin(1 + i + (3 * r));
        }
        double[] one = rows.AsSpan(factor.Stride, factor.Stride).ToArray();
        factor.Solve(rows, RightSides);
        factor.SolveOne(one);
        for (int i = 0; i < count; i++)
        {
            Assert.Equal(one[i], rows[factor.Stride + i], 1e-10);
            for (int r = 0; r < RightSides; r++)
            {
                int row = r * factor.Stride;
                Assert.Equal(Math.Sin(1 + i + (3 * r)), Enumerable.Range(0, i + 1).Sum(k => factor[i, k] * rows[row + k]), 1e-10);
            }
        }
        double[] transposed = [.. one];
        factor.SolveTransposed(transposed);
        for (int i = 0; i < count; i++) Assert.Equal(one[i], Enumerable.Range(i, count - i).Sum(k => factor[k, i] * transposed[k]), 1e-10);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Appending_rows_equals_factoring_the_whole(int count)
    {
        double[,] matrix = Positive(count + 6);
        CholeskyFactor whole = Factored(matrix, count + 6), grown = Factored(matrix, count, room: 6);
        for (int i = count; i < count + 6; i++)
        {
            var row = new double[grown.Stride];
            for (int j = 0; j < i; j++) row[j] = matrix[i, j];
            grown.Append(row, matrix[i, i]);
        }
        for (int i = 0; i < count + 6; i++)
        {
            for (int j = 0; j <= i; j++) Assert.Equal(whole[i, j], grown[i, j], 1e-9);
        }
    }

    [Fact]
    public void A_singular_matrix_gets_the_least_addition_that_helps()
    {
        var factor = new CholeskyFactor(9);
        var ones = new double[9 * factor.Stride];
        Array.Fill(ones, 1);
        Assert.True(factor.TryFactor(ones, 9, noise: 0));
        Assert.InRange(factor.Jitter, 1e-11, 1e-8);
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    [InlineData(-1)]
    public void A_matrix_without_factor_is_refused(double element)
    {
        var factor = new CholeskyFactor(3);
        var matrix = new double[3 * factor.Stride];
        for (int i = 0; i < 3; i++) matrix[(i * factor.Stride) + i] = i == 1 ? element : 1;
        Assert.False(factor.TryFactor(matrix, 3, noise: 0));
    }

    private static CholeskyFactor Factored(double[,] matrix, int count, int room = 0)
    {
        var factor = new CholeskyFactor(count + room);
        var rows = new double[count * factor.Stride];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j <= i; j++) rows[(i * factor.Stride) + j] = matrix[i, j];
        }
        Assert.True(factor.TryFactor(rows, count, noise: 0));
        return factor;
    }

    private static double[,] Positive(int count)
    {
        var matrix = new double[count, count];
        for (int i = 0; i < count; i++)
        {
            for (int j = 0; j < count; j++) matrix[i, j] = Math.Exp(-0.1 * Math.Abs(i - j)) + (i == j ? 0.1 : 0);
        }
        return matrix;
    }
}
