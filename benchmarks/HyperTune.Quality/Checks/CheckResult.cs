namespace HyperTune.Quality.Checks;

/// <summary>How one problem compares with the specification.</summary>
/// <param name="Problem">The problem's name.</param>
/// <param name="Points">How many points were evaluated, the optimum included where there is one.</param>
/// <param name="LargestError">The largest relative error of a value; absolute for expected values below 1e-9.</param>
/// <param name="Failures">What disagrees; empty when nothing does.</param>
internal sealed record CheckResult(string Problem, int Points, double LargestError, IReadOnlyList<string> Failures);
