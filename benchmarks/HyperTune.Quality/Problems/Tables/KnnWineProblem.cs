using System.Text.Json;

namespace HyperTune.Quality.Problems.Tables;

/// <summary>Brier score of scaler, principal components and nearest neighbours on wines: a full factorial table.</summary>
internal sealed class KnnWineProblem(JsonElement table) : IProblem
{
    private static readonly string[] Scalers = ["none", "minmax", "standard"];
    private static readonly int[] Powers = [1, 2, 4];
    private static readonly string[] Weights = ["uniform", "distance"];

    /// <summary>Scaler, power, weights, components, neighbours.</summary>
    private readonly double[][][][][] _scores = table.GetProperty("value").Deserialize<double[][][][][]>()!;

    public string Name => "knn_wine";

    public bool IsMaximized => false;

    public bool IsTable => true;

    public double Evaluate(IParameters parameters)
    {
        int scaler = Array.IndexOf(Scalers, parameters.Categorical("scaler", Scalers));
        int power = Array.IndexOf(Powers, parameters.Categorical("p", Powers));
        int weights = Array.IndexOf(Weights, parameters.Categorical("weights", Weights));
        long components = parameters.Int("n_components", 2, 12, step: 2);
        long neighbors = parameters.Int("n_neighbors", 1, 31, step: 2);
        return _scores[scaler][power][weights][(components - 2) / 2][(neighbors - 1) / 2];
    }
}
