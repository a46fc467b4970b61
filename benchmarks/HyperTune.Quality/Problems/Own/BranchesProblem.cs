using System.Globalization;

namespace HyperTune.Quality.Problems.Own;

/// <summary>Fourteen branches of two parameters each beside one that all share; the branches' best values lie 0.02 apart.</summary>
internal sealed class BranchesProblem : IProblem, IOwnProblem
{
    private const int Count = 14;

    private static readonly string[] Branches = [.. Enumerable.Range(0, Count).Select(k => string.Create(CultureInfo.InvariantCulture, $"b{k:00}"))];

    public string Name => "branches14";

    public bool IsMaximized => false;

    public bool IsTable => false;

    public double Optimum => 0.1;

    public double RandomMedian => 0.2041;

    public double Evaluate(IParameters parameters)
    {
        double rate = Math.Log10(parameters.Double("rate", 1e-4, 1, log: true));
        string branch = parameters.Categorical("branch", Branches);
        int k = Array.IndexOf(Branches, branch);
        double u = parameters.Double(branch + "_u", 0, 1) - (0.1 + 0.8 * (3 * k % Count) / (Count - 1));
        double n = Math.Log2(parameters.Int(branch + "_n", 1, 64, log: true)) - k % 7;
        double r = rate + 1 + k / 7.0;
        return 0.1 + 0.02 * ((5 * k + 3) % Count) + 0.05 * r * r + 0.6 * u * u + 0.03 * n * n;
    }
}
