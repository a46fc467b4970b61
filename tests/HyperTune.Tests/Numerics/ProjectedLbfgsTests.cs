using HyperTune.Numerics;

namespace HyperTune.Tests.Numerics;

public sealed class ProjectedLbfgsTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(30)]
    public void Rosenbrock_is_minimized(int size)
    {
        var x = new double[size];
        var search = new ProjectedLbfgs(size);
        double value = search.Minimize(new Rosenbrock(), x, Filled(size, double.NegativeInfinity), Filled(size, double.PositiveInfinity), 1e-8, 5000);
        Assert.InRange(value, 0, 1e-8);
        Assert.All(x, number => Assert.Equal(1, number, 1e-3));
    }

    [Fact]
    public void A_minimum_on_the_bounds_is_found()
    {
        // The bowl's bottom lies outside of the box in two numbers; without curvature between them these end on their bounds.
        double[] x = [0.5, 0.5, 0.5];
        double value = new ProjectedLbfgs(3).Minimize(new Bowl([2, -1, 0.25]), x, Filled(3, 0), Filled(3, 1), 1e-9, 200);
        Assert.Equal([1, 0], x[..2]);
        Assert.Equal(0.25, x[2], 1e-6);
        Assert.Equal(2, value, 1e-9);
    }

    [Fact]
    public void A_number_between_equal_bounds_stays()
    {
        double[] x = [0.9, 0.1];
        new ProjectedLbfgs(2).Minimize(new Bowl([0.3, 0.7]), x, [0.9, 0], [0.9, 1], 1e-9, 200);
        Assert.Equal(0.9, x[0]);
        Assert.Equal(0.7, x[1], 1e-6);
    }

    [Fact]
    public void A_start_outside_of_the_bounds_is_cut_to_them()
    {
        double[] x = [7];
        new ProjectedLbfgs(1).Minimize(new Bowl([0.3]), x, [0], [1], 1e-9, 200);
        Assert.Equal(0.3, x[0], 1e-6);
    }

    [Fact]
    public void The_number_of_evaluations_is_kept()
    {
        var search = new ProjectedLbfgs(10);
        search.Minimize(new Rosenbrock(), new double[10], Filled(10, -5), Filled(10, 5), 0, 17);
        Assert.InRange(search.Evaluations, 2, 17);
    }

    private static double[] Filled(int size, double value) => [.. Enumerable.Repeat(value, size)];

    private sealed class Rosenbrock : IGradientFunction
    {
        public double Evaluate(ReadOnlySpan<double> x, Span<double> gradient)
        {
            double value = 0;
            gradient.Clear();
            for (int i = 0; i + 1 < x.Length; i++)
            {
                double rest = x[i + 1] - (x[i] * x[i]);
                value += (100 * rest * rest) + ((1 - x[i]) * (1 - x[i]));
                gradient[i] -= (400 * rest * x[i]) + (2 * (1 - x[i]));
                gradient[i + 1] += 200 * rest;
            }
            return value;
        }
    }

    private sealed class Bowl(double[] bottom) : IGradientFunction
    {
        public double Evaluate(ReadOnlySpan<double> x, Span<double> gradient)
        {
            double value = 0;
            for (int i = 0; i < x.Length; i++)
            {
                value += (x[i] - bottom[i]) * (x[i] - bottom[i]);
                gradient[i] = 2 * (x[i] - bottom[i]);
            }
            return value;
        }
    }
}
