using System.Text.Json;

namespace HyperTune.Quality.Problems.Tuning;

/// <summary>Twenty parameters of all kinds, of which four matter.</summary>
internal sealed class SparseProblem(JsonElement constants) : IProblem
{
    private static readonly string[] Letters = ["u", "v", "w"];
    private static readonly string[] Names = [.. Enumerable.Range(0, 20).Select(i => $"p{i:00}")];

    private readonly double[] _targets = SuiteData.Numbers(constants.GetProperty("hpo_sparse20").GetProperty("t"));

    public string Name => "hpo_sparse20";

    public bool IsMaximized => false;

    public bool IsTable => false;

    public double Evaluate(IParameters parameters)
    {
        double[] p = new double[16];
        for (int i = 0; i < 8; i++) p[i] = parameters.Double(Names[i], 0, 1);
        for (int i = 8; i < 12; i++) p[i] = Math.Log10(parameters.Double(Names[i], 1e-5, 1, log: true));
        for (int i = 12; i < 16; i++) p[i] = parameters.Int(Names[i], 0, 20);
        string[] letter = new string[4];
        for (int i = 0; i < 4; i++) letter[i] = parameters.Categorical(Names[16 + i], Letters);

        double a = p[2] - 0.27, b = (p[9] + 3.2) / 2.5, c = (p[13] - 13) / 10;
        double e = letter[1] switch { "u" => 0.4, "v" => 0, _ => 0.15 };
        double value = 2 * a * a + 0.8 * b * b + 1.2 * a * b + 0.9 * c * c + e * (1 + Math.Abs(c));

        double units = 0, logs = 0, counts = 0;
        int others = 0;
        for (int i = 0; i < 8; i++)
            if (i != 2) units += Square(p[i] - _targets[i]);
        for (int i = 8; i < 12; i++)
            if (i != 9) logs += Square((p[i] + 2.5) / 2.5);
        for (int i = 12; i < 16; i++)
            if (i != 13) counts += Square((p[i] - 10) / 10);
        for (int i = 0; i < 4; i++)
            if (i != 1 && letter[i] != "w") others++;
        return value + 0.004 * units + 0.002 * logs + 0.003 * counts + 0.002 * others;
    }

    private static double Square(double x) => x * x;
}
