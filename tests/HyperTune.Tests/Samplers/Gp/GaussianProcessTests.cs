using HyperTune.Numerics;
using HyperTune.Samplers.Gp.Process;

namespace HyperTune.Tests.Samplers.Gp;

public sealed class GaussianProcessTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(30)]
    public void Leaving_one_out_by_formula_equals_a_fit_without_it(int count)
    {
        var random = RandomStream.Create(1, count, "leave one out");
        double[][] points = GpData.Points(random, count, 2, 1);
        GpParameters parameters = GpData.Parameters(3);
        double[] losses = GpData.Draw(random, points, parameters, 1), means = new double[count], variances = new double[count];
        GaussianProcess.Condition(GpData.Columns(points, 1), losses, parameters).LeaveOneOut(losses, means, variances);
        for (int i = 0; i < count; i++)
        {
            (double mean, double variance) = (0, parameters.Scale);
            if (count > 1)
            {
                GaussianProcess rest = GaussianProcess.Condition(GpData.Columns([.. points.Where((_, k) => k != i)], 1), [.. losses.Where((_, k) => k != i)], parameters);
                (mean, variance) = At(rest, points[i]);
            }
            Assert.Equal(mean, means[i], 1e-9);
            Assert.Equal(variance + parameters.Noise, variances[i], 1e-9);
        }
    }

    [Fact]
    public void Intervals_cover_draws_of_the_own_prior()
    {
        // 60 draws with 40 held-out values each. Values of a draw hang together, so the share has a deviation of about 0.015.
        int covered = 0, all = 0;
        for (int draw = 0; draw < 60; draw++)
        {
            var random = RandomStream.Create(2, draw, "coverage");
            double[][] points = GpData.Points(random, 60, 2);
            GpParameters parameters = GpData.Parameters(2, noise: 0.01);
            double[] losses = GpData.Draw(random, points, parameters);
            GaussianProcess process = GaussianProcess.Condition(GpData.Columns(points[..20]), losses.AsSpan(0, 20), parameters);
            for (int i = 20; i < 60; i++)
            {
                (double mean, double variance) = At(process, points[i]);
                if (Math.Abs(losses[i] - mean) <= 1.6448536 * Math.Sqrt(variance + parameters.Noise)) covered++;
                all++;
            }
        }
        Assert.InRange((double)covered / all, 0.85, 0.95);
    }

    [Fact]
    public void Intervals_of_fitted_parameters_cover_draws_of_the_prior()
    {
        int covered = 0, all = 0;
        for (int draw = 0; draw < 30; draw++)
        {
            var random = RandomStream.Create(3, draw, "coverage");
            double[][] points = GpData.Points(random, 80, 2);
            double[] losses = GpData.Draw(random, points, GpData.Parameters(2, noise: 0.01));
            GpPoints columns = GpData.Columns(points[..40]);
            (double[] logs, _) = GpFit.Run(new GpLikelihood(columns, losses.AsSpan(0, 40), new GpPrior(false), false), [new GpPrior(false).Start(2, 1).ToLogs()], false);
            var parameters = GpParameters.FromLogs(logs, false);
            GaussianProcess process = GaussianProcess.Condition(columns, losses.AsSpan(0, 40), parameters);
            for (int i = 40; i < 80; i++)
            {
                (double mean, double variance) = At(process, points[i]);
                if (Math.Abs(losses[i] - mean) <= 1.6448536 * Math.Sqrt(variance + parameters.Noise)) covered++;
                all++;
            }
        }
        Assert.InRange((double)covered / all, 0.85, 0.95);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(13)]
    public void A_fantasy_lowers_the_variance_where_it_lies_and_raises_it_nowhere(int count)
    {
        var random = RandomStream.Create(4, count, "fantasy");
        double[][] points = GpData.Points(random, count + 3, 3), queries = GpData.Points(random, 20, 3);
        double[] losses = [.. Enumerable.Range(0, count).Select(_ => random.NextNormal())];
        GpPoints columns = GpData.Columns(points);
        GaussianProcess process = GaussianProcess.Condition(columns, losses, GpData.Parameters(3));
        double[] before = [.. points.Concat(queries).Select(point => At(process, point).Variance)];
        double[] normals = [.. Enumerable.Range(0, 3).Select(_ => random.NextNormal())], drawn = new double[3];
        process.Fantasize(normals, 1, drawn);
        double[] after = [.. points.Concat(queries).Select(point => At(process, point).Variance)];
        for (int i = 0; i < after.Length; i++) Assert.True(after[i] <= before[i] + 1e-9);
        for (int i = count; i < count + 3; i++)
        {
            Assert.True(after[i] < 0.1 * before[i]);
            Assert.Equal(drawn[i - count], At(process, points[i]).Mean, 0.1);
        }
    }

    [Fact]
    public void Fantasies_are_draws_from_the_joint_posterior()
    {
        // Mean and variance of 4000 draws at a point: deviations of s/√4000 and s²·√(2/4000).
        const int Samples = 4000;
        var random = RandomStream.Create(5, 0, "fantasy");
        double[][] points = GpData.Points(random, 12, 2);
        GpParameters parameters = GpData.Parameters(2, noise: 0.05);
        double[] losses = [.. Enumerable.Range(0, 10).Select(_ => random.NextNormal())], drawn = new double[2 * Samples];
        GaussianProcess process = GaussianProcess.Condition(GpData.Columns(points), losses, parameters);
        (double mean, double variance) = At(process, points[11]);
        process.Fantasize([.. Enumerable.Range(0, 2 * Samples).Select(_ => random.NextNormal())], Samples, drawn);
        double[] last = [.. Enumerable.Range(0, Samples).Select(s => drawn[(2 * s) + 1])];
        double deviation = Math.Sqrt(variance + parameters.Noise);
        Assert.InRange(last.Average(), mean - (4 * deviation / Math.Sqrt(Samples)), mean + (4 * deviation / Math.Sqrt(Samples)));
        double square = last.Average(value => (value - mean) * (value - mean));
        Assert.InRange(square / (deviation * deviation), 1 - (4 * Math.Sqrt(2.0 / Samples)), 1 + (4 * Math.Sqrt(2.0 / Samples)));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Gradient_of_the_likelihood_equals_finite_differences(bool isScaled, bool isDeterministic)
    {
        var random = RandomStream.Create(6, 0, "gradient");
        double[][] points = GpData.Points(random, 21, 3, 1);
        double[] losses = GpData.Draw(random, points, GpData.Parameters(4, 0.01), 1);
        var likelihood = new GpLikelihood(GpData.Columns(points, 1), losses, new GpPrior(isScaled), isDeterministic, leastNoise: 1e-3);
        double[] logs = [0.3, -0.5, 1, -1, 0.2, -3], gradient = new double[6], unused = new double[6];
        likelihood.Evaluate(logs, gradient);
        for (int j = 0; j < logs.Length; j++)
        {
            const double Step = 1e-5;
            double[] above = [.. logs], below = [.. logs];
            above[j] += Step;
            below[j] -= Step;
            double slope = (likelihood.Evaluate(above, unused) - likelihood.Evaluate(below, unused)) / (2 * Step);
            Assert.Equal(slope, gradient[j], 1e-5 * Math.Max(1, Math.Abs(slope)));
        }
    }

    [Fact]
    public void Known_noise_that_is_the_same_everywhere_is_noise()
    {
        var random = RandomStream.Create(7, 0, "known noise");
        double[][] points = GpData.Points(random, 20, 3), queries = GpData.Points(random, 5, 3);
        double[] losses = [.. points.Select(_ => random.NextNormal())], more = [.. points.Select(_ => 0.2)];
        GaussianProcess known = GaussianProcess.Condition(GpData.Columns(points), losses, GpData.Parameters(3, 0.1), more), fitted = GaussianProcess.Condition(GpData.Columns(points), losses, GpData.Parameters(3, 0.3));
        foreach (double[] query in queries)
        {
            Assert.Equal(At(fitted, query).Mean, At(known, query).Mean, 1e-10);
            Assert.Equal(At(fitted, query).Variance, At(known, query).Variance, 1e-10);
        }
        double[] smoothed = known.SmoothedLosses(losses), expected = fitted.SmoothedLosses(losses);
        for (int i = 0; i < losses.Length; i++) Assert.Equal(expected[i], smoothed[i], 1e-10);
        Assert.Equal(
            new GpLikelihood(GpData.Columns(points), losses, new GpPrior(false), false).LogLikelihood(GpData.Parameters(3, 0.3)),
            new GpLikelihood(GpData.Columns(points), losses, new GpPrior(false), false, moreNoise: more).LogLikelihood(GpData.Parameters(3, 0.1)), 1e-10);
    }

    [Fact]
    public void Gradient_with_known_noise_equals_finite_differences()
    {
        var random = RandomStream.Create(8, 0, "known noise");
        double[][] points = GpData.Points(random, 15, 2);
        double[] losses = [.. points.Select(_ => random.NextNormal())], more = [.. points.Select(_ => random.NextDouble())];
        var likelihood = new GpLikelihood(GpData.Columns(points), losses, new GpPrior(false), false, moreNoise: more);
        double[] logs = [0.3, -0.5, 0.4, -3], gradient = new double[4], unused = new double[4];
        likelihood.Evaluate(logs, gradient);
        for (int j = 0; j < logs.Length; j++)
        {
            const double Step = 1e-5;
            double[] above = [.. logs], below = [.. logs];
            above[j] += Step;
            below[j] -= Step;
            Assert.Equal((likelihood.Evaluate(above, unused) - likelihood.Evaluate(below, unused)) / (2 * Step), gradient[j], 1e-6);
        }
    }

    [Fact]
    public void A_number_that_is_not_finite_is_refused()
    {
        GpPoints points = GpData.Columns([[0.1], [double.NaN]]);
        Assert.Throws<ArgumentException>(() => GaussianProcess.Condition(points, [1, 2], GpData.Parameters(1)));
    }

    private static (double Mean, double Variance) At(GaussianProcess process, double[] point)
    {
        double[] mean = new double[process.Samples], variance = new double[1];
        process.Predict(point, mean, variance);
        return (mean[0], variance[0]);
    }

    [Fact]
    public void A_factor_that_grows_is_the_one_that_is_made_at_once()
    {
        double[][] all = GpData.Points(RandomStream.Create(1, 0, "grown factor"), 40, 3, 1);
        GpParameters parameters = GpData.Parameters(all[0].Length);
        CholeskyFactor early = GaussianProcess.Factor(GpData.Columns(all[..33], 1), 33, 30, parameters);

        CholeskyFactor grown = early.Copy(40), whole = GaussianProcess.Factor(GpData.Columns(all, 1), 40, 30, parameters);
        GaussianProcess.AppendTo(grown, GpData.Columns(all, 1), 40, parameters);

        for (int i = 0; i < 40; i++)
        {
            for (int j = 0; j <= i; j++) Assert.Equal(whole[i, j], grown[i, j]);
        }
    }
}
