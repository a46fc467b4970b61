using HyperTune.Quality.Problems;

namespace HyperTune.QualityTests;

/// <summary>Draws every parameter evenly on its scale.</summary>
internal sealed class RandomParameters(Random random) : IParameters
{
    public double Double(string name, double low, double high, bool log = false, double? step = null)
    {
        if (step is not null) throw new NotSupportedException("No problem of our own has a grid of floats.");
        double u = random.NextDouble();
        return log ? Math.Exp(Math.Log(low) + u * (Math.Log(high) - Math.Log(low))) : low + u * (high - low);
    }

    public long Int(string name, long low, long high, bool log = false, long step = 1) => log
        ? Math.Clamp((long)Math.Round(Math.Exp(Math.Log(low - 0.5) + random.NextDouble() * (Math.Log(high + 0.5) - Math.Log(low - 0.5)))), low, high)
        : low + step * random.NextInt64((high - low) / step + 1);

    public T Categorical<T>(string name, IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];
}
