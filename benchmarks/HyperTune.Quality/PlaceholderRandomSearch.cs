using HyperTune.Quality.Problems;

namespace HyperTune.Quality;

/// <summary>PLACEHOLDER, to be removed once <see cref="StudyRunner"/> runs the library's studies: plain random search on its own.</summary>
internal sealed class PlaceholderRandomSearch(int seed) : IParameters
{
    private readonly Random _random = new(seed);

    public double Double(string name, double low, double high, bool log = false, double? step = null)
    {
        if (step is { } width) return low + width * _random.Next((int)Math.Round((high - low) / width) + 1);
        return log
            ? Math.Clamp(Math.Exp(Uniform(Math.Log(low), Math.Log(high))), low, high)
            : Uniform(low, high);
    }

    public long Int(string name, long low, long high, bool log = false, long step = 1) => log
        ? Math.Clamp((long)Math.Round(Math.Exp(Uniform(Math.Log(low - 0.5), Math.Log(high + 0.5)))), low, high)
        : low + step * _random.NextInt64((high - low) / step + 1);

    public T Categorical<T>(string name, IReadOnlyList<T> choices) => choices[_random.Next(choices.Count)];

    private double Uniform(double low, double high) => low + (high - low) * _random.NextDouble();
}
