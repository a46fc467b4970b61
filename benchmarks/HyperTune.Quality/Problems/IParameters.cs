namespace HyperTune.Quality.Problems;

/// <summary>Where a problem gets its parameters from: fixed values of a check point, or a live trial.</summary>
internal interface IParameters
{
    /// <summary>A number in [low, high], on the grid low + k * step if a step is given.</summary>
    double Double(string name, double low, double high, bool log = false, double? step = null);

    /// <summary>A whole number in [low, high], on the grid low + k * step.</summary>
    long Int(string name, long low, long high, bool log = false, long step = 1);

    /// <summary>One of the choices.</summary>
    T Categorical<T>(string name, IReadOnlyList<T> choices);
}
