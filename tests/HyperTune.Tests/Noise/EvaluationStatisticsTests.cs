using CsCheck;
using HyperTune.Noise;

namespace HyperTune.Tests.Noise;

public sealed class EvaluationStatisticsTests
{
    private const double None = double.NaN;

    [Fact]
    public void Without_all_errors_the_mean_is_the_plain_one()
    {
        var statistics = EvaluationStatistics.Of([1, 2, 6], [0.1, None, 5]);

        Assert.Equal((3, 3.0, 14.0), (statistics.Count, statistics.Mean, statistics.SquaredDeviations));
        Assert.Equal(double.NaN, statistics.ReportedError);
    }

    [Fact]
    public void With_all_errors_the_mean_is_weighted_by_their_inverse_squares()
    {
        // Weights 4 and 1; mean 1.2; the deviations 0.2 and 0.8 are within the errors.
        var statistics = EvaluationStatistics.Of([1, 2], [0.5, 1]);

        Assert.Equal(1.2, statistics.Mean, 12);
        Assert.Equal(Math.Sqrt(1 / 5.0), statistics.ReportedError, 12);
        Assert.Equal(0.5, statistics.SquaredDeviations, 12);
    }

    [Fact]
    public void Evaluations_that_scatter_more_than_their_errors_allow_widen_the_error()
    {
        // Weights 100 each; mean 1; Birge ratio √(100·(1 + 1)/1) = √200.
        var statistics = EvaluationStatistics.Of([0, 2], [0.1, 0.1]);

        Assert.Equal(Math.Sqrt(1 / 200.0) * Math.Sqrt(200), statistics.ReportedError, 12);
    }

    [Fact]
    public void Exact_evaluations_alone_count()
    {
        Assert.Equal((3.0, 0.0), Estimate([1, 3], [0.5, 0]));
        Assert.Equal((3.0, 0.0), Estimate([3, 3, 9], [0, 0, 1]));
        (double mean, double error) = Estimate([2, 4], [0, 0]);
        Assert.Equal(3, mean);
        Assert.Equal(1, error, 12);
    }

    [Fact]
    public void Single_evaluations_have_the_error_that_they_report() => Assert.Equal((7.0, 0.25), Estimate([7], [0.25]));

    [Fact]
    public void Tiny_and_huge_errors_do_not_overflow()
    {
        Assert.Equal((1.0, 1e-200), Estimate([1, 5], [1e-200, 1e200]));
        Assert.Equal((1.0, 1e-320), Estimate([1], [1e-320]));
    }

    [Theory]
    [InlineData(1, double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(double.NegativeInfinity, double.PositiveInfinity, double.NaN)]
    public void Infinite_values_have_no_error(double first, double second, double mean)
    {
        (double Mean, double Error) = Estimate([first, second], [1, 1]);

        Assert.Equal(mean, Mean);
        Assert.Equal(double.NaN, Error);
        var pooled = default(PooledVariance);
        pooled.Add(EvaluationStatistics.Of([first, second], [None, None]));
        Assert.Equal(double.NaN, pooled.Value);
    }

    [Fact]
    public void Errors_agree_with_the_plain_formula() =>
        Gen.Select(Gen.Double[-5, 5], Gen.Double[0.1, 2]).Array[1, 6].Sample(evaluations =>
        {
            double[] weights = [.. evaluations.Select(evaluation => 1 / (evaluation.Item2 * evaluation.Item2))];
            double mean = evaluations.Zip(weights, (evaluation, weight) => evaluation.Item1 * weight).Sum() / weights.Sum();
            double scatter = evaluations.Zip(weights, (evaluation, weight) => weight * Math.Pow(evaluation.Item1 - mean, 2)).Sum();
            double birge = evaluations.Length == 1 ? 1 : Math.Max(1, Math.Sqrt(scatter / (evaluations.Length - 1)));

            (double found, double error) = Estimate([.. evaluations.Select(evaluation => evaluation.Item1)], [.. evaluations.Select(evaluation => evaluation.Item2)]);

            Assert.Equal(mean, found, 9);
            Assert.Equal(birge / Math.Sqrt(weights.Sum()), error, 9);
        });

    [Fact]
    public void The_pooled_variance_is_that_around_the_means()
    {
        var pooled = default(PooledVariance);
        Assert.Equal(double.NaN, pooled.Value);
        Assert.Equal(double.NaN, pooled.ErrorOf(EvaluationStatistics.Of([1], [None])));

        pooled.Add(EvaluationStatistics.Of([5], [None]));
        pooled.Add(EvaluationStatistics.Of([1], [0.5]));
        pooled.Add(EvaluationStatistics.Of([1], [1.5]));
        Assert.Equal((0.25 + 2.25) / 2, pooled.Value, 12);

        pooled.Add(EvaluationStatistics.Of([0, 2], [None, None]));
        pooled.Add(EvaluationStatistics.Of([10, 13, 16], [None, 1, None]));
        Assert.Equal((2 + 18) / 3.0, pooled.Value, 12);
    }

    [Fact]
    public void Few_evaluations_lean_on_the_pooled_variance()
    {
        var pooled = default(PooledVariance);
        EvaluationStatistics calm = EvaluationStatistics.Of([1, 1], [None, None]), wild = EvaluationStatistics.Of([0, 4], [None, None]);
        pooled.Add(calm);
        pooled.Add(wild);

        Assert.Equal(4, pooled.Value, 12);
        Assert.Equal(2, pooled.ErrorOf(EvaluationStatistics.Of([9], [None])), 12);
        Assert.Equal(Math.Sqrt(16 / 5.0 / 2), pooled.ErrorOf(calm), 12);
        Assert.Equal(Math.Sqrt((16 + 8) / 5.0 / 2), pooled.ErrorOf(wild), 12);
        Assert.Equal(0.5, pooled.ErrorOf(EvaluationStatistics.Of([9], [0.5])));
    }

    private static (double Mean, double Error) Estimate(double[] values, double[] errors)
    {
        var statistics = EvaluationStatistics.Of(values, errors);
        return (statistics.Mean, statistics.ReportedError);
    }
}
