using System.Text.Json;
using HyperTune.Samplers.CmaEs;
using HyperTune.Testing;

namespace HyperTune.Tests.Samplers.CmaEs;

/// <summary>Runs of a reference implementation, told again generation by generation.</summary>
[Trait("Category", "Golden")]
public sealed class CmaGoldenTests
{
    private const double Tolerance = 1e-8;

    [Theory]
    [InlineData("plain")]
    [InlineData("sep")]
    [InlineData("margin")]
    [InlineData("lr")]
    public void Told_generations_lead_to_the_same_states(string variant)
    {
        using JsonDocument file = GoldenFile.Open("golden/cmaes.json");
        JsonElement[] runs = [.. file.RootElement.GetProperty("runs").EnumerateArray().Where(run => run.GetProperty("variant").GetString() == variant)];
        Assert.NotEmpty(runs);
        foreach (JsonElement run in runs)
        {
            int d = run.GetProperty("dim").GetInt32(), size = run.GetProperty("population_size").GetInt32();
            CmaConstants constants = variant == "sep" ? CmaConstants.Diagonal(d, size) : CmaConstants.Full(d, size);
            CheckConstants(run.GetProperty("constants"), constants);
            Covariance shape = variant == "sep" ? DiagonalCovariance.Identity(d)
                : run.GetProperty("initial_cov_upper") is { ValueKind: JsonValueKind.Array } given ? new FullCovariance(Symmetric(given, d), d)
                : FullCovariance.Identity(d);
            var state = CmaState.Start(constants, run.GetProperty("initial_mean").Numbers(), run.GetProperty("initial_sigma").GetDouble(), shape);
            MarginGrid? grid = variant == "margin" ? Grid(run.GetProperty("bounds"), run.GetProperty("steps"), run.GetProperty("margin").GetDouble()) : null;
            LearningRates? rates = variant == "lr" ? LearningRates.Start(d) : null;
            var scales = new double[d];
            Array.Fill(scales, 1);
            foreach (JsonElement generation in run.GetProperty("generations").EnumerateArray())
            {
                double[] x = [.. generation.GetProperty("x").EnumerateArray().SelectMany(point => point.Numbers())];
                if (grid is not null) CheckEncoding(grid, x, generation.GetProperty("x_encoded"), state.Mean, scales);
                double[] values = generation.GetProperty("value").Numbers();
                CmaState told = state.Told(x, Ranking(values), values.Min(), values.Max());
                if (rates is not null) (told, rates) = rates.Apply(state, told);
                if (grid is not null)
                {
                    (double[] mean, scales) = grid.Correct(told, scales);
                    told = told.With(mean: mean);
                }
                state = told;
                JsonElement after = generation.GetProperty("after");
                CheckState(after, state);
                if (grid is not null) CheckAll(after.GetProperty("A"), scales, "A");
                if (rates is not null)
                {
                    Check(after, "eta_mean", rates.EtaMean);
                    Check(after, "eta_Sigma", rates.EtaSigma);
                    Check(after, "V_mean", rates.VMean);
                    Check(after, "V_Sigma", rates.VSigma);
                }
                Assert.Equal(generation.GetProperty("should_stop").GetBoolean(), state.IsOver());
            }
        }
    }

    [Fact]
    public void The_end_is_seen_in_the_same_states()
    {
        using JsonDocument file = GoldenFile.Open("golden/cmaes.json");
        foreach (JsonElement entry in file.RootElement.GetProperty("should_stop").EnumerateArray())
        {
            int d = entry.GetProperty("dim").GetInt32();
            CmaConstants constants = CmaConstants.Full(d, entry.GetProperty("population_size").GetInt32());
            CmaState state = CmaState.Restore(
                constants, entry.GetProperty("generation").GetInt32(), entry.GetProperty("mean").Numbers(), entry.GetProperty("sigma").GetDouble(),
                new FullCovariance(Symmetric(entry.GetProperty("C_upper"), d), d), new double[d], entry.GetProperty("pc").Numbers(),
                entry.GetProperty("initial_sigma").GetDouble(), entry.GetProperty("funhist_values").Numbers());
            Assert.True(entry.GetProperty("should_stop").GetBoolean() == state.IsOver(), entry.GetProperty("aimed_at").GetString());
        }
    }

    [Fact]
    public void Warm_starts_agree()
    {
        using JsonDocument file = GoldenFile.Open("golden/cmaes.json");
        foreach (JsonElement entry in file.RootElement.GetProperty("warm_start").EnumerateArray())
        {
            double[][] x = [.. entry.GetProperty("x").EnumerateArray().Select(point => point.Numbers())];
            int d = x[0].Length;
            (double[] mean, double sigma, FullCovariance covariance) = WarmStart.Of(
                x.SelectMany(point => point).ToArray(), d, entry.GetProperty("value").Numbers(), entry.GetProperty("gamma").GetDouble(), entry.GetProperty("alpha").GetDouble());
            CheckAll(entry.GetProperty("mean"), mean, "mean");
            Check(entry, "sigma", sigma);
            CheckAll(entry.GetProperty("cov_upper"), Upper(covariance), "C");
        }
    }

    [Fact]
    public void Coordinates_stand_for_the_same_grid_values()
    {
        using JsonDocument file = GoldenFile.Open("golden/cmaes.json");
        foreach (JsonElement entry in file.RootElement.GetProperty("margin_encoding").EnumerateArray())
        {
            MarginGrid grid = Grid(entry.GetProperty("bounds"), entry.GetProperty("steps"), 0.1);
            double[] mean = entry.GetProperty("mean").Numbers();
            var scales = new double[mean.Length];
            Array.Fill(scales, 1);
            CheckEncoding(grid, [.. entry.GetProperty("raw").EnumerateArray().SelectMany(point => point.Numbers())], entry.GetProperty("encoded"), mean, scales);
        }
    }

    [Fact]
    public void Generations_with_categories_lead_to_the_same_states()
    {
        using JsonDocument file = GoldenFile.Open("golden/cmaes.json");
        foreach (JsonElement run in file.RootElement.GetProperty("catcma").EnumerateArray())
        {
            int d = run.GetProperty("cont_dim").GetInt32(), size = run.GetProperty("population_size").GetInt32();
            int[] choices = [.. run.GetProperty("cat_num").EnumerateArray().Select(count => count.GetInt32())];
            CmaConstants constants = CmaConstants.Positive(d, size);
            CheckConstants(run.GetProperty("constants"), constants);
            var state = CmaState.Start(constants, run.GetProperty("initial_mean").Numbers(), run.GetProperty("initial_sigma").GetDouble(), FullCovariance.Identity(d));
            var model = CategoricalModel.Start(choices);
            CheckAll(run.GetProperty("q_min"), [.. Enumerable.Range(0, choices.Length).Select(model.Margin)], "q_min");
            foreach (JsonElement generation in run.GetProperty("generations").EnumerateArray())
            {
                double[] x = [.. generation.GetProperty("x").EnumerateArray().SelectMany(point => point.Numbers())];
                int[] chosen = [.. generation.GetProperty("category").EnumerateArray().SelectMany(point => point.EnumerateArray().Select(choice => choice.GetInt32()))];
                double[] values = generation.GetProperty("value").Numbers();
                int[] ranking = Ranking(values);
                state = state.Told(x, ranking, values.Min(), values.Max());
                model = model.Told(chosen, ranking, constants.Weights);
                JsonElement after = generation.GetProperty("after");
                CheckState(after, state);
                int variable = 0;
                foreach (JsonElement q in after.GetProperty("q").EnumerateArray()) CheckAll(q, model.Probabilities(variable++).ToArray(), "q");
                Check(after, "delta", model.Step);
                Check(after, "Delta", model.Trust);
                Check(after, "gamma", model.Gamma);
                CheckAll(after.GetProperty("s"), model.Signal, "s");
            }
        }
    }

    private static int[] Ranking(double[] values) => [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];

    private static MarginGrid Grid(JsonElement bounds, JsonElement steps, double margin)
    {
        double[][] ranges = [.. bounds.EnumerateArray().Select(range => range.Numbers())];
        double[] widths = steps.Numbers();
        int[] counts = [.. ranges.Select((range, i) => widths[i] > 0 ? (int)Math.Round((range[1] - range[0]) / widths[i]) + 1 : 0)];
        return new MarginGrid([.. ranges.Select(range => range[0])], widths, counts, margin);
    }

    private static double[] Symmetric(JsonElement upper, int d)
    {
        double[] elements = upper.Numbers();
        var matrix = new double[d * d];
        int next = 0;
        for (int i = 0; i < d; i++)
        {
            for (int j = i; j < d; j++) matrix[i * d + j] = matrix[j * d + i] = elements[next++];
        }
        return matrix;
    }

    private static double[] Upper(Covariance covariance)
    {
        var elements = new List<double>();
        for (int i = 0; i < covariance.Dimension; i++)
        {
            for (int j = i; j < covariance.Dimension; j++) elements.Add(covariance[i, j]);
        }
        return [.. elements];
    }

    private static void CheckConstants(JsonElement expected, CmaConstants constants)
    {
        Check(expected, "mu_eff", constants.MuEff);
        Check(expected, "cc", constants.Cc);
        Check(expected, "c1", constants.C1);
        Check(expected, "cmu", constants.CMu);
        Check(expected, "c_sigma", constants.CSigma);
        Check(expected, "d_sigma", constants.DSigma);
        Check(expected, "chi_n", constants.ChiN);
        Assert.Equal(expected.GetProperty("mu").GetInt32(), constants.Mu);
        Assert.Equal(expected.GetProperty("funhist_term").GetInt32(), constants.ToleranceGenerations);
        int given = expected.GetProperty("weights").GetArrayLength();
        CheckAll(expected.GetProperty("weights"), constants.Weights[..given], "weights");
        Assert.All(constants.Weights[given..], weight => Assert.Equal(0, weight));
    }

    private static void CheckState(JsonElement after, CmaState state)
    {
        if (after.TryGetProperty("generation", out JsonElement generation)) Assert.Equal(generation.GetInt32(), state.Generation);
        CheckAll(after.GetProperty("mean"), state.Mean, "mean");
        Check(after, "sigma", state.Sigma);
        CheckAll(after.GetProperty("p_sigma"), state.PSigma, "p_sigma");
        CheckAll(after.GetProperty("pc"), state.Pc, "pc");
        if (after.TryGetProperty("C_upper", out JsonElement upper)) CheckAll(upper, Upper(state.Covariance), "C");
        else CheckAll(after.GetProperty("C_diag"), [.. Enumerable.Range(0, state.Mean.Length).Select(i => state.Covariance[i, i])], "C");
    }

    private static void CheckEncoding(MarginGrid grid, double[] x, JsonElement expected, double[] mean, double[] scales)
    {
        int d = mean.Length, row = 0;
        foreach (JsonElement point in expected.EnumerateArray())
        {
            double[] encoded = point.Numbers();
            for (int i = 0; i < d; i++) GoldenFile.Close(encoded[i], grid.Encode(i, x[row * d + i], mean[i], scales[i]), Tolerance, "encoded");
            row++;
        }
    }

    private static void Check(JsonElement expected, string name, double actual) => GoldenFile.Close(expected.GetProperty(name).Number(), actual, Tolerance, name);

    private static void CheckAll(JsonElement expected, double[] actual, string name)
    {
        double[] numbers = expected.Numbers();
        Assert.Equal(numbers.Length, actual.Length);
        for (int i = 0; i < numbers.Length; i++) GoldenFile.Close(numbers[i], actual[i], Tolerance, $"{name}[{i}]");
    }
}
