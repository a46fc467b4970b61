namespace HyperTune.Quality.Problems;

/// <summary>What one evaluation of a multi-objective problem gives.</summary>
/// <param name="Values">One value per objective, each minimized.</param>
/// <param name="Constraints">One value per constraint, satisfied when at most 0; empty without constraints.</param>
internal readonly record struct MultiObjectiveValues(IReadOnlyList<double> Values, IReadOnlyList<double> Constraints);
