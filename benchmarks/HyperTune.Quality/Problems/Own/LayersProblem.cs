using System.Globalization;

namespace HyperTune.Quality.Problems.Own;

/// <summary>One to four layers with three parameters each, of which later ones depend on earlier ones; three layers are best.</summary>
internal sealed class LayersProblem : IProblem, IOwnProblem
{
    private static readonly string[] Activations = ["relu", "tanh", "gelu"];
    private static readonly double[] Dropouts = [0.1, 0.2, 0.3, 0.2];
    private static readonly string[] BestActivations = ["gelu", "relu", "tanh", "relu"];

    public string Name => "layers4";

    public bool IsMaximized => false;

    public bool IsTable => false;

    public double Optimum => 0.1;

    public double RandomMedian => 0.1918;

    public double Evaluate(IParameters parameters)
    {
        long layers = parameters.Int("n_layers", 1, 4);
        double rate = Math.Log10(parameters.Double("rate", 1e-5, 0.1, log: true));
        double sum = 0, last = double.NaN;
        for (int i = 0; i < layers; i++)
        {
            string suffix = string.Create(CultureInfo.InvariantCulture, $"_{i}");
            double units = Math.Log2(parameters.Int("units" + suffix, 4, 512, log: true));
            double dropout = parameters.Double("dropout" + suffix, 0, 0.6) - Dropouts[i];
            string activation = parameters.Categorical("activation" + suffix, Activations);
            sum += 0.02 * (units - 8 + i) * (units - 8 + i) + 0.5 * dropout * dropout + (activation == BestActivations[i] ? 0 : 0.02);
            if (i > 0) sum += 0.01 * (units - last + 1) * (units - last + 1);
            last = units;
        }
        double missing = layers - 3, r = rate + 3 + 0.3 * missing;
        return 0.1 + 0.03 * missing * missing + 0.02 * r * r + sum / layers;
    }
}
