using System.Globalization;
using System.Text.Json;
using HyperTune.Quality.Problems;

namespace HyperTune.Quality.Results;

/// <summary>Per-seed results as JSON, in the shape of the reference's: <c>single.problem.samplers.name.best.mark</c>, and <c>multi</c> and <c>hv</c> for several objectives.</summary>
internal static class ResultsFile
{
    public static void Write(string path, RunOptions options, IReadOnlyList<SamplerResults> results)
    {
        using FileStream stream = File.Create(path);
        using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
        json.WriteStartObject();
        json.WriteString("tool", "HyperTune");
        json.WriteString("version", typeof(ResultsFile).Assembly.GetName().Version?.ToString(3));
        json.WriteNumber("trials", options.Trials);
        json.WriteNumber("workers", options.Workers);
        Write(json, "single", "best", options, results.Where(result => result.Problem is IProblem));
        Write(json, "multi", "hv", options, results.Where(result => result.Problem is IMultiObjectiveProblem));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string kind, string measure, RunOptions options, IEnumerable<SamplerResults> results)
    {
        json.WriteStartObject(kind);
        foreach (SamplerResults result in results)
        {
            json.WriteStartObject(result.Problem.Name);
            if (result.Problem is IProblem) json.WriteString("direction", result.Problem.IsMaximized ? "maximize" : "minimize");
            json.WriteStartObject("samplers");
            json.WriteStartObject(options.Sampler);
            Array(json, "seeds", Enumerable.Range(0, options.Seeds));
            json.WriteStartObject(measure);
            foreach (int mark in options.Marks) Array(json, mark.ToString(CultureInfo.InvariantCulture), result.Best[mark]);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    /// <summary>An array on one line.</summary>
    private static void Array<T>(Utf8JsonWriter json, string name, IEnumerable<T> values)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(JsonSerializer.Serialize(values));
    }
}
