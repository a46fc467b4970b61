using HyperTune.Quality.Problems;

namespace HyperTune.Quality;

/// <summary>A problem's parameters as a live trial gives them.</summary>
internal sealed class TrialParameters(Trial trial) : IParameters
{
    public double Double(string name, double low, double high, bool log = false, double? step = null) => trial.SuggestDouble(name, low, high, log, step);

    public long Int(string name, long low, long high, bool log = false, long step = 1) => trial.SuggestLong(name, low, high, step, log);

    public T Categorical<T>(string name, IReadOnlyList<T> choices) => trial.SuggestCategorical(name, choices);
}
