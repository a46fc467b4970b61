namespace HyperTune.Quality.Problems.Own.Curves;

/// <summary>One learning curve.</summary>
/// <param name="Value">What counts at a step.</param>
/// <param name="Report">What is reported there.</param>
internal sealed record OwnCurve(Func<int, double> Value, Func<int, double> Report);
