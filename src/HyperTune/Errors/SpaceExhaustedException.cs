namespace HyperTune;

/// <summary>Thrown within the library when a finite space has no point left that no trial has had.</summary>
internal sealed class SpaceExhaustedException() : HyperTuneException("Every point of the search space has been tried.");
