using System.Text.Json;
using HyperTune.Numerics;
using HyperTune.Samplers.Gp.Acquisitions;
using HyperTune.Samplers.Gp.Process;
using HyperTune.Testing;

namespace HyperTune.Tests.Samplers.Gp;

/// <summary>The reference maximizes, the engine minimizes: its losses are the negated values.</summary>
[Trait("Category", "Golden")]
public sealed class GpGoldenTests
{
    private const double Tolerance = 1e-7;
    private const double GradientTolerance = 1e-5;

    /// <summary>Repeated rows with little noise make the matrix ill-conditioned, so that no two implementations agree further.</summary>
    private const double IllConditioned = 1e-4;

    [Fact]
    public void Matern_kernel_agrees()
    {
        using var file = GoldenFile.Open("golden/gp.json");
        foreach (JsonElement entry in file.RootElement.GetProperty("matern52").EnumerateArray())
        {
            double distance = entry.GetProperty("squared_distance").Number(), expected = entry.GetProperty("value").Number();
            GoldenFile.Close(expected, Matern52.Value(distance), 1e-13, $"kernel at {distance}");
            double[] values = [distance, 1, 2, 3, 4, 5, 6, 7];
            Matern52.Values(values, 1);
            GoldenFile.Close(expected, values[0], 1e-13, $"vector kernel at {distance}");
        }
    }

    [Fact]
    public void Standard_log_expected_improvement_agrees()
    {
        using var file = GoldenFile.Open("golden/gp.json");
        foreach (JsonElement entry in file.RootElement.GetProperty("standard_log_ei").EnumerateArray())
        {
            double z = entry.GetProperty("z").Number();
            GoldenFile.Close(entry.GetProperty("value").Number(), Improvement.LogH(z), 1e-11, $"log h({z})");
        }
    }

    [Fact]
    public void Likelihood_prior_and_kernel_agree()
    {
        foreach ((Case one, string what) in Cases())
        {
            GpParameters parameters = one.Parameters;
            double tolerance = one.Tolerance;
            GoldenFile.Close(
                one.Json.GetProperty("log_marginal_likelihood_without_constant").Number(),
                new GpLikelihood(one.Points(), one.Losses, new GpPrior(false), isDeterministic: false).LogLikelihood(parameters), tolerance, $"{what}, likelihood");
            GoldenFile.Close(one.Json.GetProperty("log_prior").Number(), new GpPrior(false).LogDensity(parameters), Tolerance, $"{what}, prior");
            JsonElement corner = one.Json.GetProperty("K_upper_first_5");
            GpPoints points = one.Points();
            var row = new double[points.Stride];
            for (int i = 0; i < corner.GetArrayLength(); i++)
            {
                points.SquaredDistances(one.Inputs[i], parameters.Weights, points.Count, row);
                Matern52.Values(row, parameters.Scale);
                double[] expected = corner[i].Numbers();
                for (int j = 0; j < expected.Length; j++) GoldenFile.Close(expected[j], row[i + j], 1e-12, $"{what}, kernel {i}, {i + j}");
            }
        }
    }

    [Fact]
    public void Posterior_agrees()
    {
        foreach ((Case one, string what) in Cases())
        {
            GaussianProcess process = GaussianProcess.Condition(one.Points(), one.Losses, one.Parameters);
            Compare(process, one.Query, one.Json.GetProperty("mean").Numbers(), one.Json.GetProperty("var").Numbers(), one.Tolerance, what);
            double[] covariance = new double[16];
            process.JointCovariance(one.Query.AsSpan(0, 4 * process.Points.Dimensions), covariance);
            JsonElement expected = one.Json.GetProperty("joint_cov_first_4");
            for (int i = 0; i < 4; i++)
            {
                double[] row = expected[i].Numbers();
                for (int j = 0; j < 4; j++) GoldenFile.Close(row[j], covariance[(4 * i) + j], one.Tolerance, $"{what}, covariance {i}, {j}");
            }
        }
    }

    [Fact]
    public void Posterior_with_appended_rows_agrees()
    {
        int seen = 0;
        foreach ((Case one, string what) in Cases())
        {
            if (!one.Json.TryGetProperty("with_appended_rows", out JsonElement appended)) continue;
            seen++;
            double[][] more = Rows(appended.GetProperty("X"));
            GpPoints points = one.Points(more.Length);
            GaussianProcess process = GaussianProcess.Condition(points, one.Losses, one.Parameters);
            double[] losses = Negated(appended.GetProperty("y"));
            for (int i = 0; i < more.Length; i++)
            {
                points.Add(more[i]);
                process.Append(losses[i]);
            }
            Compare(process, one.Query, appended.GetProperty("mean").Numbers(), appended.GetProperty("var").Numbers(), one.Tolerance, $"{what}, appended");

            // Given fantasies are the same thing, whatever the number of samples.
            points = one.Points(more.Length);
            process = GaussianProcess.Condition(points, one.Losses, one.Parameters);
            foreach (double[] x in more) points.Add(x);
            process.FantasizeGiven([.. losses, .. losses], 2);
            Compare(process, one.Query, appended.GetProperty("mean").Numbers(), appended.GetProperty("var").Numbers(), one.Tolerance, $"{what}, fantasies");
        }
        Assert.Equal(3, seen);
    }

    [Fact]
    public void Acquisitions_of_one_objective_agree()
    {
        foreach ((Case one, string what) in Cases())
        {
            GaussianProcess process = GaussianProcess.Condition(one.Points(), one.Losses, one.Parameters);
            double threshold = -one.Json.GetProperty("log_ei_threshold").Number();
            var acquisition = new Acquisition([process], new ImprovementUtility([threshold], 1, Constraints.None));
            int d = process.Points.Dimensions, count = one.Query.Length / d;
            double[] values = new double[count], means = new double[count], variances = new double[count], gradient = new double[d];
            acquisition.Evaluate(one.Query, values, count);
            process.Predict(one.Query, means, variances);
            double[] logEi = one.Json.GetProperty("log_ei").Numbers(), logPi = one.Json.GetProperty("log_pi").Numbers();
            double[] upper = one.Json.GetProperty("ucb_beta_4").Numbers(), lower = one.Json.GetProperty("lcb_beta_4").Numbers();
            for (int i = 0; i < count; i++)
            {
                GoldenFile.Close(logEi[i], values[i], one.Tolerance * 10, $"{what}, log EI {i}");
                double value = -acquisition.Evaluate(one.Query.AsSpan(i * d, d), gradient);
                GoldenFile.Close(logEi[i], value, one.Tolerance * 10, $"{what}, log EI with gradient {i}");
                double[] expected = one.Json.GetProperty("log_ei_grad")[i].Numbers();
                for (int j = 0; j < d; j++)
                {
                    // The reference has no slope where rounding makes its variance 0.
                    if (!process.Points.IsCategorical[j] && !double.IsNaN(expected[j])) GoldenFile.Close(expected[j], -gradient[j], Math.Max(GradientTolerance, one.Tolerance * 10), $"{what}, slope {i}, {j}");
                }
                GoldenFile.Close(logPi[i], Improvement.LogProbability(means[i], variances[i], threshold, out _, out _), one.Tolerance * 10, $"{what}, log PI {i}");
                // The upper bound of the values is the lower one of the losses.
                GoldenFile.Close(upper[i], -Improvement.Bound(means[i], variances[i], 4), one.Tolerance, $"{what}, upper bound {i}");
                GoldenFile.Close(lower[i], -Improvement.Bound(means[i], variances[i], 4, -1), one.Tolerance, $"{what}, lower bound {i}");
            }
        }
    }

    [Fact]
    public void Loss_of_parameters_and_its_gradient_agree()
    {
        foreach ((Case one, string what) in Cases())
        {
            foreach (JsonElement entry in one.Json.GetProperty("map_loss").EnumerateArray())
            {
                double[] logs = entry.GetProperty("raw_params").Numbers(), expected = entry.GetProperty("grad").Numbers(), gradient = new double[logs.Length];
                bool isDeterministic = entry.GetProperty("deterministic").GetBoolean();
                var likelihood = new GpLikelihood(one.Points(), one.Losses, new GpPrior(false), isDeterministic, entry.GetProperty("minimum_noise").Number());
                GoldenFile.Close(entry.GetProperty("loss").Number(), likelihood.Evaluate(logs, gradient), Math.Max(Tolerance, one.Tolerance), $"{what}, loss");
                for (int j = 0; j < expected.Length; j++) GoldenFile.Close(expected[j], gradient[j], Math.Max(GradientTolerance, one.Tolerance), $"{what}, deterministic {isDeterministic}, slope {j}");
            }
        }
    }

    [Fact]
    public void Fits_are_at_least_as_good()
    {
        int seen = 0;
        foreach ((Case one, string what) in Cases())
        {
            if (!one.Json.TryGetProperty("fitted_from_ones", out JsonElement fitted)) continue;
            seen++;
            var likelihood = new GpLikelihood(one.Points(), one.Losses, new GpPrior(false), isDeterministic: false);
            (_, double loss) = GpFit.Run(likelihood, [new GpPrior(false).Start(one.Inputs[0].Length, 1).ToLogs()], isDeterministic: false, tolerance: 1e-4, evaluations: 500);
            Assert.True(loss <= fitted.GetProperty("loss").Number() + 1e-3, $"{what}: {loss:R}");
        }
        Assert.Equal(6, seen);
    }

    [Fact]
    public void Constrained_log_expected_improvement_agrees()
    {
        using var file = GoldenFile.Open("golden/gp.json");
        foreach (JsonElement entry in file.RootElement.GetProperty("constrained").EnumerateArray())
        {
            double[][] x = Rows(entry.GetProperty("X"));
            double[] query = [.. Rows(entry.GetProperty("query")).SelectMany(row => row)], expected = entry.GetProperty("log_constrained_ei").Numbers();
            GaussianProcess objective = Condition(x, Negated(entry.GetProperty("y")), entry.GetProperty("objective_params"));
            GaussianProcess constraint = Condition(x, Negated(entry.GetProperty("standardized_negated_constraints")), entry.GetProperty("constraint_params"));
            var constraints = new Constraints(1, [-entry.GetProperty("constraint_threshold").Number()]);
            var acquisition = new Acquisition([objective, constraint], new ImprovementUtility([-entry.GetProperty("best_feasible_y").Number()], 1, constraints));
            var values = new double[expected.Length];
            acquisition.Evaluate(query, values, values.Length);
            for (int i = 0; i < values.Length; i++) GoldenFile.Close(expected[i], values[i], 1e-6, $"constrained {i}");
        }
    }

    [Fact]
    public void Hypervolume_improvement_over_given_draws_agrees()
    {
        using var file = GoldenFile.Open("golden/gp.json");
        foreach (JsonElement entry in file.RootElement.GetProperty("log_ehvi").EnumerateArray())
        {
            double[][] x = Rows(entry.GetProperty("X")), normals = Rows(entry.GetProperty("fixed_normal_samples"));
            double[][] losses = [.. entry.GetProperty("Y_to_maximize").EnumerateArray().Select(Negated)];
            int m = losses[0].Length;
            double[] query = [.. Rows(entry.GetProperty("query")).SelectMany(row => row)], expected = entry.GetProperty("log_ehvi").Numbers();
            double[] reference = entry.GetProperty("loss_reference_point").Numbers();
            double stabilizer = entry.GetProperty("stabilizing_noise").Number();
            var means = new double[m][];
            var variances = new double[m][];
            for (int k = 0; k < m; k++)
            {
                (means[k], variances[k]) = (new double[expected.Length], new double[expected.Length]);
                Condition(x, [.. losses.Select(row => row[k])], entry.GetProperty("params")[k]).Predict(query, means[k], variances[k]);
                for (int i = 0; i < expected.Length; i++)
                {
                    GoldenFile.Close(entry.GetProperty("mean")[k].Numbers()[i], -means[k][i], Tolerance, "mean");
                    GoldenFile.Close(entry.GetProperty("var")[k].Numbers()[i], variances[k][i], Tolerance, "variance");
                }
            }
            var boxes = new BoxDecomposition([.. losses.SelectMany(row => row)], reference);
            for (int i = 0; i < expected.Length; i++)
            {
                // Below about -20 the floors of single boxes decide, which belong to the partition.
                if (expected[i] < -20) continue;
                double sum = 0;
                foreach (double[] draw in normals)
                {
                    double[] loss = [.. Enumerable.Range(0, m).Select(k => means[k][i] - (Math.Sqrt(variances[k][i] + stabilizer) * draw[k]))];
                    sum += Improved(boxes, loss);
                }
                GoldenFile.Close(expected[i], Math.Log(sum / normals.Length), 1e-6, $"{m} objectives, log EHVI {i}");
            }
        }
    }

    [Fact]
    public void Batch_improvement_over_given_draws_agrees()
    {
        using var file = GoldenFile.Open("golden/gp.json");
        foreach (JsonElement entry in file.RootElement.GetProperty("q_log_ei").EnumerateArray())
        {
            double[][] x = Rows(entry.GetProperty("X")), running = Rows(entry.GetProperty("X_running")), fantasies = Rows(entry.GetProperty("running_fantasies"));
            double[] query = [.. Rows(entry.GetProperty("query")).SelectMany(row => row)], expected = entry.GetProperty("q_log_ei").Numbers();
            double[] normals = entry.GetProperty("candidate_normal_samples").Numbers();
            double threshold = entry.GetProperty("threshold").Number();
            GaussianProcess process = Condition(x, Negated(entry.GetProperty("y")), entry.GetProperty("params"), running);
            process.FantasizeGiven([.. fantasies.SelectMany(row => row).Select(value => -value)], fantasies.Length);
            double[] means = new double[expected.Length * fantasies.Length], variances = new double[expected.Length];
            process.Predict(query, means, variances);
            for (int i = 0; i < expected.Length; i++)
            {
                double[] logs = [.. fantasies.Select((values, s) =>
                {
                    double value = -means[(i * fantasies.Length) + s] + (Math.Sqrt(variances[i] + 1e-12) * normals[s]);
                    return Math.Log(Math.Max(Math.Max(value, values.Max()) - threshold, 1e-12));
                })];
                GoldenFile.Close(expected[i], Logarithms.LogSumExp(logs) - Math.Log(logs.Length), 1e-6, $"batch {i}");
            }
        }
    }

    private static double Improved(BoxDecomposition boxes, double[] loss)
    {
        double volume = 0;
        for (int box = 0; box < boxes.Count; box++)
        {
            double product = 1;
            for (int k = 0; k < loss.Length; k++)
            {
                double lower = boxes.Coordinates[k][boxes.Lower(box)[k]], upper = boxes.Coordinates[k][boxes.Upper(box)[k]];
                product *= Math.Max(0, Math.Min(upper - loss[k], upper - lower));
            }
            volume += product;
        }
        return volume;
    }

    private static void Compare(GaussianProcess process, double[] query, double[] mean, double[] variance, double tolerance, string what)
    {
        var means = new double[mean.Length * process.Samples];
        var variances = new double[mean.Length];
        process.Predict(query, means, variances);
        for (int i = 0; i < mean.Length; i++)
        {
            for (int s = 0; s < process.Samples; s++) GoldenFile.Close(mean[i], -means[(i * process.Samples) + s], tolerance, $"{what}, mean {i}");
            GoldenFile.Close(variance[i], variances[i], tolerance, $"{what}, variance {i}");
        }
    }

    private static GaussianProcess Condition(double[][] x, double[] losses, JsonElement parameters, double[][]? more = null)
    {
        double[][] all = [.. x, .. more ?? []];
        var points = new GpPoints(new bool[x[0].Length], all.Length);
        foreach (double[] row in all) points.Add(row);
        return GaussianProcess.Condition(points, losses, new(parameters[0].Numbers(), parameters[1].Number(), parameters[2].Number()));
    }

    private static IEnumerable<(Case One, string What)> Cases()
    {
        using var file = GoldenFile.Open("golden/gp.json");
        int index = 0;
        foreach (JsonElement entry in file.RootElement.GetProperty("cases").EnumerateArray()) yield return (new Case(entry.Clone()), $"case {index++}");
    }

    private static double[][] Rows(JsonElement element) => [.. element.EnumerateArray().Select(row => row.Numbers())];

    private static double[] Negated(JsonElement element) => [.. element.Numbers().Select(value => -value)];

    private sealed class Case(JsonElement json)
    {
        public JsonElement Json { get; } = json;

        public double[][] Inputs { get; } = Rows(json.GetProperty("X"));

        public double[] Losses { get; } = Negated(json.GetProperty("y"));

        public double[] Query { get; } = [.. Rows(json.GetProperty("query")).SelectMany(row => row)];

        public GpParameters Parameters { get; } = new(
            json.GetProperty("inverse_squared_lengthscales").Numbers(), json.GetProperty("kernel_scale").Number(), json.GetProperty("noise_var").Number());

        private bool[] IsCategorical => [.. Json.GetProperty("is_categorical").EnumerateArray().Select(flag => flag.GetBoolean())];

        public double Tolerance => Array.TrueForAll(IsCategorical, flag => flag) ? IllConditioned : GpGoldenTests.Tolerance;

        public GpPoints Points(int room = 0)
        {
            var points = new GpPoints(IsCategorical, Inputs.Length + room);
            foreach (double[] row in Inputs) points.Add(row);
            return points;
        }
    }
}
