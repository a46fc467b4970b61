using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace HyperTune.Testing;

/// <summary>Reads reference results from the folder named by <c>HYPERTUNE_FIXTURES</c>, or else from <c>tests/GoldenData</c>.</summary>
/// <remarks>
/// A folder given by the variable has the same shape as the repository's copy. A file that it lacks skips the test visibly;
/// a file missing from the repository's own copy fails it.
/// </remarks>
public static class GoldenFile
{
    /// <summary>The environment variable that names another folder of the same shape.</summary>
    public const string Variable = "HYPERTUNE_FIXTURES";

    /// <summary>The folder in use.</summary>
    public static string Folder => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } folder ? folder : OwnCopy();

    /// <summary>The full path of a file given relative to the folder, such as <c>golden/tpe_parzen.json</c>.</summary>
    public static string PathOf(string relativePath)
    {
        string path = Path.Combine(Folder, relativePath);
        if (!File.Exists(path)) path = Path.Combine(Folder, Path.GetFileName(relativePath));
        bool isForeign = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 };
        if (!File.Exists(path))
        {
            if (isForeign) Assert.Skip($"{Variable} has no {relativePath}.");
            Assert.Fail($"tests/GoldenData lacks {relativePath}.");
        }
        return path;
    }

    /// <summary>Parses a JSON file of the folder.</summary>
    public static JsonDocument Open(string relativePath) => JsonDocument.Parse(File.ReadAllBytes(PathOf(relativePath)));

    /// <summary>A number of a golden file; non-finite ones are the strings NaN, Infinity and -Infinity, an absent one (null) is NaN.</summary>
    public static double Number(this JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.Null => double.NaN,
        JsonValueKind.String => element.GetString() switch
        {
            "NaN" => double.NaN,
            "Infinity" => double.PositiveInfinity,
            "-Infinity" => double.NegativeInfinity,
            var text => double.Parse(text!, CultureInfo.InvariantCulture),
        },
        _ => throw new InvalidDataException($"Not a number: {element.GetRawText()}."),
    };

    /// <summary>An array of numbers of a golden file.</summary>
    public static double[] Numbers(this JsonElement element) => [.. element.EnumerateArray().Select(Number)];

    /// <summary>Asserts that two numbers agree to a tolerance that is relative, or absolute for expected numbers below 1.</summary>
    public static void Close(double expected, double actual, double tolerance, string what)
    {
        if (expected.Equals(actual)) return;
        double allowed = tolerance * Math.Max(1.0, Math.Abs(expected));
        if (Math.Abs(expected - actual) <= allowed) return;
        Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"{what}: expected {expected:R}, got {actual:R} (off by {actual - expected:G3}, allowed {allowed:G3})."));
    }

    private static string OwnCopy([CallerFilePath] string thisFile = "")
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "tests", "GoldenData");
            if (Directory.Exists(candidate)) return candidate;
        }
        return Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "GoldenData");
    }
}
