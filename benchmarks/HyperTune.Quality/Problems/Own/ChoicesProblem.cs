using System.Globalization;

namespace HyperTune.Quality.Problems.Own;

/// <summary>Twenty choices of four in a ring: each wrong one costs 1, and each border between right and wrong ones 0.5.</summary>
internal sealed class ChoicesProblem : IProblem, IOwnProblem
{
    private const int Count = 20;

    private static readonly string[] Letters = ["a", "b", "c", "d"];
    private static readonly string[] Names = [.. Enumerable.Range(0, Count).Select(i => string.Create(CultureInfo.InvariantCulture, $"c{i:00}"))];

    public string Name => "choices20";

    public bool IsMaximized => false;

    public bool IsTable => false;

    public double Optimum => 0;

    public double RandomMedian => 16;

    public double Evaluate(IParameters parameters)
    {
        bool[] isRight = new bool[Count];
        for (int i = 0; i < Count; i++) isRight[i] = parameters.Categorical(Names[i], Letters) == Letters[(7 * i + 2) % Letters.Length];
        double value = 0;
        for (int i = 0; i < Count; i++)
        {
            if (!isRight[i]) value++;
            if (isRight[i] != isRight[(i + 1) % Count]) value += 0.5;
        }
        return value;
    }
}
