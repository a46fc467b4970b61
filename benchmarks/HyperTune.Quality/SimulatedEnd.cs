namespace HyperTune.Quality;

/// <summary>How a trial ends when its time is over.</summary>
/// <param name="Values">Its values; null when it fails.</param>
/// <param name="Reason">Why it fails.</param>
/// <param name="Ended">Called when the study has been told.</param>
internal sealed record SimulatedEnd(ObjectiveValues? Values, string? Reason, Action Ended);
