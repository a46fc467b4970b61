using System.Text.Json;

namespace HyperTune.Quality.Problems.Tables;

/// <summary>Accuracy of a support vector machine on digits, interpolated between 33 x 33 measured points. Maximized.</summary>
internal sealed class SvmDigitsProblem(JsonElement table) : IProblem
{
    private const int Cells = 32;

    private readonly double[][] _errors = [.. table.GetProperty("value").EnumerateArray().Select(SuiteData.Numbers)];

    public string Name => "svm_digits";

    public bool IsMaximized => true;

    public bool IsTable => true;

    public double Evaluate(IParameters parameters)
    {
        double tx = (Math.Log10(parameters.Double("C", 1e-2, 1e4, log: true)) + 2) / 6 * Cells;
        double ty = (Math.Log10(parameters.Double("gamma", 1e-5, 10, log: true)) + 5) / 6 * Cells;
        int i = Math.Clamp((int)Math.Floor(tx), 0, Cells - 1), j = Math.Clamp((int)Math.Floor(ty), 0, Cells - 1);
        double fx = tx - i, fy = ty - j;
        return 1 - ((1 - fx) * (1 - fy) * _errors[i][j] + fx * (1 - fy) * _errors[i + 1][j]
            + (1 - fx) * fy * _errors[i][j + 1] + fx * fy * _errors[i + 1][j + 1]);
    }
}
