namespace HyperTune;

/// <summary>The hypervolume of a study after one of its trials.</summary>
/// <param name="Number">The number of a complete trial.</param>
/// <param name="Volume">The hypervolume of the feasible complete trials up to it.</param>
public readonly record struct HypervolumePoint(int Number, double Volume);
