using System.Text.Json;

namespace HyperTune.Quality;

/// <summary>The suite's data files, embedded in the program.</summary>
internal sealed class SuiteData
{
    /// <summary>Shifts, rotations and other constants by problem name.</summary>
    public JsonElement Constants { get; } = Open("constants.json");

    /// <summary>Spaces, optima and check points by kind and problem name.</summary>
    public JsonElement Spec { get; } = Open("spec.json");

    /// <summary>The table of the support vector machine.</summary>
    public JsonElement SvmDigits { get; } = Open("svm_digits.json");

    /// <summary>The table of the nearest neighbours.</summary>
    public JsonElement KnnWine { get; } = Open("knn_wine.json");

    /// <summary>The learning curves of gradient boosting.</summary>
    public JsonElement BoostingCurves { get; } = Open("gb_breast_cancer.json");

    /// <summary>What the reference implementation reached.</summary>
    public JsonElement Reference { get; } = Open("reference-optuna.json");

    /// <summary>An array of numbers.</summary>
    public static double[] Numbers(JsonElement array) => [.. array.EnumerateArray().Select(v => v.GetDouble())];

    private static JsonElement Open(string name)
    {
        using Stream stream = typeof(SuiteData).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidDataException($"The program carries no data file '{name}'.");
        using JsonDocument document = JsonDocument.Parse(stream);
        return document.RootElement.Clone();
    }
}
