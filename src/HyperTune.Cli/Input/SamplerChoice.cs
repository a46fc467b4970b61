using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using HyperTune.Samplers;

namespace HyperTune.Cli.Input;

/// <summary>Makes the sampler that a command line names.</summary>
internal static class SamplerChoice
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNameCaseInsensitive = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter() },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { KeepPlainProperties } },
    };

    private static readonly Dictionary<string, Func<JsonObject, SearchSpace?, ISampler>> Samplers = new(StringComparer.OrdinalIgnoreCase)
    {
        ["auto"] = (options, _) => new AutoSampler(Read<AutoSamplerOptions>(options)),
        ["random"] = (options, _) => new RandomSampler(Read<RandomSamplerOptions>(options)),
        ["tpe"] = (options, _) => new TpeSampler(Read<TpeSamplerOptions>(options)),
        ["cma-es"] = (options, _) => new CmaEsSampler(Read<CmaEsSamplerOptions>(options)),
        ["gp"] = (options, _) => new GpSampler(Read<GpSamplerOptions>(options)),
        ["qmc"] = (options, _) => new QmcSampler(Read<QmcSamplerOptions>(options)),
        ["nsga-ii"] = (options, _) => new NsgaIISampler(Read<NsgaIISamplerOptions>(options)),
        ["nsga-iii"] = (options, _) => new NsgaIIISampler(Read<NsgaIIISamplerOptions>(options)),
        ["brute-force"] = (options, _) => new BruteForceSampler(Read<BruteForceSamplerOptions>(options)),
        ["grid"] = (options, space) => new GridSampler(Read<GridSamplerOptions>(options) with { Space = space ?? throw new UsageException("A grid needs the space: give --space.") }),
    };

    /// <summary>The names, in the order of help.</summary>
    public static string[] Names => [.. Samplers.Keys];

    /// <summary>Makes a sampler.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="options">A JSON object of its options, with the names of the .NET properties, <c>-</c> and <c>_</c> ignored; null for the defaults.</param>
    /// <param name="seed">The seed; null for what the options say.</param>
    /// <param name="space">The space, for samplers that need it.</param>
    /// <exception cref="UsageException">The options are none of this sampler.</exception>
    public static ISampler Make(string name, string? options, ulong? seed, SearchSpace? space)
    {
        try
        {
            var given = new JsonObject();
            if (options is not null)
            {
                if (JsonNode.Parse(options) is not JsonObject members) throw new UsageException("The options of a sampler are a JSON object, such as {\"StartupTrials\": 20}.");
                foreach ((string key, JsonNode? value) in members) given[Plain(key)] = value?.DeepClone();
            }
            if (seed is not null) given["seed"] = seed;
            return Samplers[name](given, space);
        }
        catch (Exception exception) when (exception is JsonException or NotSupportedException)
        {
            throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"The sampler {name} cannot take these options: {exception.Message}"), exception);
        }
    }

    /// <summary>Functions, other samplers and histories cannot be written as JSON; naming one is refused like a name that does not exist.</summary>
    private static void KeepPlainProperties(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object) return;
        for (int i = type.Properties.Count - 1; i >= 0; i--)
        {
            if (!IsPlain(type.Properties[i].PropertyType)) type.Properties.RemoveAt(i);
        }
    }

    private static bool IsPlain(Type type) => Nullable.GetUnderlyingType(type) is { } value
        ? IsPlain(value)
        : type.IsPrimitive || type.IsEnum || type == typeof(string) || (type.IsGenericType && type.IsInterface && type.GetGenericArguments().All(IsPlain));

    private static string Plain(string key) => key.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>By reflection: the tool is not trimmed, and the generated reader of the framework resets init-only properties that are left out.</summary>
    private static T Read<T>(JsonObject options) => options.Deserialize<T>(Json)!;
}
